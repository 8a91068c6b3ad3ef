//! Whether the interface's types are the ones that the contract crate generates.

use super::summary::Outcome;
use crate::{project::Project, stop::Stop};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Where types are generated when they are only to be compared.
pub fn generated(project: &Project) -> PathBuf {
    project.kept("types")
}

/// Generates the types anew and compares both ways: nothing differs, lacks or is left over.
pub fn unchanged(project: &Project) -> Result<Outcome, Stop> {
    let generated = generated(project);
    match fs::remove_dir_all(&generated) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Stop::file("empty", &generated, &error));
        }
        _ => {}
    }
    let export = project.cargo(&["test", "--package", "contract", "--lib", "--quiet"]);
    export.env("TS_RS_EXPORT_DIR", &generated).run()?;
    let kept = project.interface().join("src/types");
    let differences = differences(&read(&generated)?, &read(&kept)?);
    if differences.is_empty() {
        return Ok(Outcome::Passed);
    }
    for difference in &differences {
        eprintln!("ui/src/types/{difference}");
    }
    let count = differences.len();
    Err(Stop::Failed(format!("{count} differ; `cargo test --package contract` writes them anew")))
}

type Files = BTreeMap<PathBuf, String>;

fn differences(generated: &Files, kept: &Files) -> Vec<String> {
    let changed = generated.iter().filter_map(|(path, text)| match kept.get(path) {
        None => Some(format!("{} is missing", path.display())),
        Some(kept) if kept != text => Some(format!("{} differs", path.display())),
        Some(_) => None,
    });
    let left_over = kept.keys().filter(|path| !generated.contains_key(*path));
    changed.chain(left_over.map(|path| format!("{} is left over", path.display()))).collect()
}

/// All files below a directory, by their path in it.
fn read(root: &Path) -> Result<Files, Stop> {
    let mut files = Files::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        let failed = |error| Stop::file("read", &directory, &error);
        for entry in fs::read_dir(&directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text =
                fs::read_to_string(&path).map_err(|error| Stop::file("read", &path, &error))?;
            files.insert(path.strip_prefix(root).unwrap_or(&path).to_path_buf(), text);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Files, differences};

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(path, text)| (path.into(), (*text).to_owned())).collect()
    }

    #[test]
    fn every_kind_of_drift_is_named() {
        let generated = files(&[("A.ts", "a"), ("B.ts", "b"), ("C.ts", "c")]);
        let kept = files(&[("A.ts", "a"), ("B.ts", "old"), ("D.ts", "d")]);
        assert_eq!(
            differences(&generated, &kept),
            ["B.ts differs", "C.ts is missing", "D.ts is left over"]
        );
        assert!(differences(&generated, &generated).is_empty(), "the same is no drift");
    }
}
