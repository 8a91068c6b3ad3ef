use super::*;
use proptest::prelude::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn put_text(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join(".env");
    std::fs::write(&path, text).unwrap();
    path
}

fn guide(folder: &tempfile::TempDir) -> EnvFile {
    EnvFile {
        issuer: "https://acme.zitadel.cloud".into(),
        api_key: folder.path().join("keys/api.json"),
        introspection_url: Some("https://acme.zitadel.cloud/oauth/v2/introspect".into()),
    }
}

#[test]
fn the_guides_file_is_read_however_it_is_written() {
    let folder = folder();
    for text in [
        "ZITADEL_DOMAIN=https://acme.zitadel.cloud\n\
         ZITADEL_INTROSPECTION_URL=https://acme.zitadel.cloud/oauth/v2/introspect\n\
         API_PRIVATE_KEY_FILE_PATH=keys/api.json\n",
        "\u{feff}# ours\r\nexport ZITADEL_DOMAIN = 'https://acme.zitadel.cloud' # where\r\n\
         SECRET_KEY='it is \n over two lines'\r\n\r\n\
         ZITADEL_INTROSPECTION_URL=\"https://acme.zitadel.cloud/oauth/v2/introspect\"\r\n\
         API_PRIVATE_KEY_FILE_PATH=\"keys/api.json\"   ",
        "ZITADEL_DOMAIN=https://old.example\nAPI_PRIVATE_KEY_FILE_PATH=./keys/../keys/api.json\n\
         ZITADEL_INTROSPECTION_URL=https://acme.zitadel.cloud/oauth/v2/introspect\n\
         ZITADEL_DOMAIN=https://acme.zitadel.cloud",
        "ZITADEL_DOMAIN=https://acme.zitadel.cloud\nAPI_PRIVATE_KEY_FILE_PATH=keys/api.json\n\
         ZITADEL_INTROSPECTION_URL=${ZITADEL_DOMAIN}/oauth/v2/introspect\n",
    ] {
        let read = EnvFile::read(&put_text(&folder, text)).unwrap();
        let expected = guide(&folder);
        assert_eq!(read.issuer, expected.issuer, "{text}");
        assert_eq!(read.introspection_url, expected.introspection_url, "{text}");
        assert!(read.api_key.ends_with("keys/api.json"), "{}", read.api_key.display());
        assert!(read.api_key.is_absolute(), "it counts from the file's folder");
    }
    let bare = "ZITADEL_DOMAIN=acme.zitadel.cloud\nAPI_PRIVATE_KEY_FILE_PATH=/keys/api.json\n";
    let read = EnvFile::read(&put_text(&folder, bare)).unwrap();
    assert_eq!(read.issuer, "acme.zitadel.cloud", "without a scheme it is an address too");
    assert_eq!((read.api_key, read.introspection_url), ("/keys/api.json".into(), None));
}

#[test]
fn what_is_wrong_is_said_with_file_and_variable_and_without_any_value() {
    let folder = folder();
    let cases = [
        ("", "does not say ZITADEL_DOMAIN"),
        ("ZITADEL_DOMAIN=\n", "does not say ZITADEL_DOMAIN"),
        ("ZITADEL_DOMAIN=a.example\n", "does not say API_PRIVATE_KEY_FILE_PATH"),
        (
            "ZITADEL_DOMAIN=ftp://a.example\nAPI_PRIVATE_KEY_FILE_PATH=k.json\n",
            "ZITADEL_DOMAIN is no address",
        ),
        ("A=b\n\nhunter2 is no variable\nC=d\n", "line 3"),
        ("A='hunter2\nand on\n", "line 1"),
        ("A=hunter2 and more\n", "line 1"),
    ];
    for (text, expected) in cases {
        let said = EnvFile::read(&put_text(&folder, text)).unwrap_err().to_string();
        assert!(said.contains(expected) && said.contains(".env"), "{text:?}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let gone = EnvFile::read(&folder.path().join("gone.env")).unwrap_err().to_string();
    assert!(gone.contains("gone.env") && gone.contains("no such file"), "{gone}");
    let odd = EnvFile::read(folder.path()).unwrap_err().to_string();
    assert!(odd.contains("it is no file"), "{odd}");
    std::fs::write(folder.path().join("odd.env"), [0xff, 0xfe, 0]).unwrap();
    let odd = EnvFile::read(&folder.path().join("odd.env")).unwrap_err().to_string();
    assert!(odd.contains("it is not text"), "{odd}");
}

#[test]
fn a_new_file_holds_these_variables_alone_and_reads_back_the_same() {
    let folder = folder();
    let path = folder.path().join("app.env");
    guide(&folder).write(&path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "ZITADEL_DOMAIN=https://acme.zitadel.cloud\n\
         API_PRIVATE_KEY_FILE_PATH=keys/api.json\n\
         ZITADEL_INTROSPECTION_URL=https://acme.zitadel.cloud/oauth/v2/introspect\n"
    );
    assert_eq!(EnvFile::read(&path).unwrap(), guide(&folder));
    let elsewhere = EnvFile { api_key: "/else where/api.json".into(), ..guide(&folder) };
    elsewhere.write(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("API_PRIVATE_KEY_FILE_PATH='/else where/api.json'\n"), "{text}");
    assert_eq!(EnvFile::read(&path).unwrap(), elsewhere);
}

#[test]
fn in_a_file_that_is_there_only_these_variables_change() {
    let folder = folder();
    let path = put_text(
        &folder,
        "# ZITADEL_DOMAIN=no\r\nOTHER='ZITADEL_DOMAIN=no\r\nZITADEL_DOMAIN=no'\r\n  export \
         ZITADEL_DOMAIN = \"old\\\nold\"\r\n\tX = y  # z\r\nZITADEL_DOMAIN_2=no\r\n\r\nLAST=1",
    );
    guide(&folder).write(&path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "# ZITADEL_DOMAIN=no\r\nOTHER='ZITADEL_DOMAIN=no\r\nZITADEL_DOMAIN=no'\r\n  export \
         ZITADEL_DOMAIN=https://acme.zitadel.cloud\r\n\tX = y  # z\r\nZITADEL_DOMAIN_2=no\r\n\r\nLAST=1\r\n\
         API_PRIVATE_KEY_FILE_PATH=keys/api.json\r\n\
         ZITADEL_INTROSPECTION_URL=https://acme.zitadel.cloud/oauth/v2/introspect\r\n"
    );
    let before = std::fs::read(&path).unwrap();
    guide(&folder).write(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before, "written again, nothing changes");
}

#[cfg(unix)]
#[test]
fn who_may_read_the_file_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = put_text(&folder, "A=1\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.env");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    guide(&folder).write(&link).unwrap();
    assert!(link.is_symlink(), "a link is written through");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn names_tell_what_is_one() {
    for (name, expected) in [
        ("/a/.env", true),
        ("/a/app.env", true),
        ("/a/APP.ENV", true),
        ("/a/.env.local", false),
        ("/a/env", false),
        ("/a.env/api.json", false),
    ] {
        assert_eq!(is_env(Path::new(name)), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_a_value_holds_is_read_back_as_it_was(value in "[^\\x00]{0,40}", before in "(A=b\\n|# c\\n){0,3}") {
        let text = statement::set(&before, DOMAIN, &quote::quoted(&value));
        let read = variables(Path::new(".env"), &text).unwrap();
        prop_assert_eq!(read.last(), Some(&(DOMAIN.to_owned(), value)), "{}", text);
    }

    #[test]
    fn windows_paths_and_quotes_are_read_back_too(value in r#"[C-D]:[\\\\'"$#{} a-z]{0,20}"#) {
        let text = statement::set("", KEY_PATH, &quote::quoted(&value));
        let read = variables(Path::new(".env"), &text).unwrap();
        prop_assert_eq!(read, [(KEY_PATH.to_owned(), value)], "{}", text);
    }

    #[test]
    fn statements_together_are_the_text(text in r#"[A'"\\\\# \n\r=b]{0,40}"#) {
        prop_assert_eq!(statement::all(&text).concat(), text);
    }

    #[test]
    fn what_is_not_ours_stays_byte_for_byte(others in "([A-Y]{1,3} ?= ?('[a-z #\n]{0,9}'|[a-z]{0,5})( # [a-z']{0,4})?\r?\n){0,4}") {
        let text = statement::set(&statement::set(&others, DOMAIN, "one"), DOMAIN, "two");
        prop_assert_eq!(text.strip_prefix(&others), text.get(others.len()..), "{:?}", text);
        prop_assert_eq!(text.matches(DOMAIN).count(), 1);
    }
}
