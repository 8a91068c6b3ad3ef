//! The real window, driven through WebKit's own driver.
//!
//! The driver takes one session at a time, so these tests run one after another. It is always ended
//! by SIGTERM: killed outright it would leave the window behind.
//!
//! - [`desktop`]: what lies outside the page: the clipboard, native dialogs, the mouse
//! - [`roll`]: what every test of a roll call does in the window

pub mod desktop;
pub mod roll;

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{By, Capabilities, Key, WebDriver, WebElement, error::WebDriverError};

/// Long enough for a busy machine with two cores.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open window.
pub struct Window {
    /// The session.
    pub driver: WebDriver,
    process: Child,
    home: TempDir,
}

impl Window {
    /// Opens the window with a fresh home.
    pub async fn open(args: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().expect("a home"), args).await
    }

    /// Opens the window with a home that an earlier one left.
    pub async fn open_in(home: TempDir, args: &[&str]) -> Self {
        Self::start(home, args, &[]).await
    }

    /// Opens a window of which pictures are taken: drawn in layers, as on a machine with a graphics
    /// card. Where a page is drawn as one and stands still, WebKitWebDriver waits in vain for it.
    pub async fn open_to_picture(args: &[&str]) -> Self {
        Self::open_to_picture_in(tempfile::tempdir().expect("a home"), args).await
    }

    /// The same with a home that an earlier one left.
    pub async fn open_to_picture_in(home: TempDir, args: &[&str]) -> Self {
        Self::start(home, args, &[("WEBKIT_DISABLE_COMPOSITING_MODE", "0")]).await
    }

    /// Opens a window that finds these variables in its environment.
    pub async fn open_where(variables: &[(&str, &str)]) -> Self {
        Self::start(tempfile::tempdir().expect("a home"), &[], variables).await
    }

    async fn start(home: TempDir, args: &[&str], more: &[(&str, &str)]) -> Self {
        let port = free_port();
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .envs(own_folders(home.path()))
            .env("PATH", desktop::with_browser(home.path()))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("WebKitWebDriver is installed");
        let mut capabilities = Capabilities::new();
        capabilities
            .set(
                "webkitgtk:browserOptions",
                json!({ "binary": crate::program("rolecall"), "args": args }),
            )
            .expect("capabilities");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < PATIENCE, "WebKitWebDriver does not listen");
            pause().await;
        }
        // Asked once only: a second session would be a second window.
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await;
        let driver = driver.expect("the window opens");
        let window = Self { driver, process, home };
        window.until("the window is ready", "return document.body.dataset.ready === 'true'").await;
        window
    }

    /// Waits until a page or a folder whose address contains `part` was opened outside the window.
    pub async fn until_opened(&self, part: &str) {
        let started = Instant::now();
        loop {
            let opened = desktop::opened(self.home.path());
            if opened.contains(part) {
                return;
            }
            if started.elapsed() > PATIENCE {
                self.fail(&format!("{part} was never opened; opened were: {opened}")).await;
            }
            pause().await;
        }
    }

    /// The driver's process, above that of the window.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// The program's threads, by the names that the kernel has for them.
    pub fn threads(&self) -> Vec<String> {
        let processes = processes_with(self.home.path()).into_iter();
        let tasks = processes.flat_map(|id| std::fs::read_dir(format!("/proc/{id}/task")));
        tasks
            .flatten()
            .flatten()
            // A thread that has just ended has no name.
            .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
            .map(|name| name.trim_end().to_owned())
            .collect()
    }

    /// Waits until the program has ended by itself.
    pub async fn until_ended(&self) {
        let started = Instant::now();
        while !processes_with(self.home.path()).is_empty() {
            assert!(started.elapsed() < PATIENCE, "the window does not close");
            pause().await;
        }
    }

    /// Closes the window; its home can be used again.
    pub async fn close(mut self) -> TempDir {
        let _ = self.driver.clone().quit().await;
        end(&mut self.process);
        // While it is there, the next start would take it for the first window. Ending the session
        // does not always end the program, so it is asked once more, as a desktop does.
        let started = Instant::now();
        loop {
            let left = processes_with(self.home.path());
            if left.is_empty() {
                break;
            }
            assert!(started.elapsed() < PATIENCE, "the window does not close");
            if started.elapsed() > Duration::from_secs(2) {
                left.iter().for_each(|process| terminate(process));
            }
            pause().await;
        }
        std::mem::replace(&mut self.home, tempfile::tempdir().expect("a home"))
    }

    /// The element with this test id, as soon as it is there.
    pub async fn by(&self, id: &str) -> WebElement {
        self.patiently(id, PATIENCE).await
    }

    /// As [`Window::by`], for what may take longer.
    pub async fn patiently(&self, id: &str, patience: Duration) -> WebElement {
        let started = Instant::now();
        loop {
            match self.driver.find(selector(id)).await {
                Ok(element) => return element,
                Err(error) if started.elapsed() > patience => {
                    self.fail(&format!("{id} did not appear: {error}")).await
                }
                Err(_) => pause().await,
            }
        }
    }

    /// How many elements have this test id now.
    pub async fn count(&self, id: &str) -> usize {
        self.driver.find_all(selector(id)).await.map(|all| all.len()).unwrap_or(0)
    }

    /// Presses an element. One that is just being redrawn is looked up again.
    pub async fn click(&self, id: &str) {
        self.retry(id, async |element: &WebElement| {
            element.scroll_into_view().await?;
            element.click().await
        })
        .await;
    }

    /// Presses an element twice in a row.
    pub async fn double_click(&self, id: &str) {
        let element = self.by(id).await;
        let twice = self.driver.action_chain().double_click_element(&element);
        twice.perform().await.expect("it can be pressed");
    }

    /// Presses an element that ends the program, and waits for that. It may end before the driver has
    /// said that it was pressed.
    pub async fn click_last(&self, id: &str) {
        let _ = self.by(id).await.click().await;
        self.until_ended().await;
    }

    /// Types into a field in place of what it holds.
    pub async fn fill(&self, id: &str, text: &str) {
        self.retry(id, async |element: &WebElement| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Types into whatever has the focus.
    pub async fn press(&self, keys: impl Into<thirtyfour::TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys can be pressed");
    }

    /// Presses a key while another is held.
    pub async fn chord(&self, held: Key, key: impl Into<char>) {
        self.driver
            .action_chain()
            .key_down(held.clone())
            .send_keys(key.into().to_string())
            .key_up(held)
            .perform()
            .await
            .expect("keys can be pressed");
    }

    /// The text of an element, as the page lays it out. (The driver's own idea of text leaves out what
    /// is shortened with an ellipsis.)
    pub async fn text(&self, id: &str) -> String {
        let started = Instant::now();
        loop {
            match self.by(id).await.prop("innerText").await {
                Ok(text) => return text.unwrap_or_default(),
                Err(error) if started.elapsed() > PATIENCE => panic!("{id} has no text: {error}"),
                Err(_) => pause().await,
            }
        }
    }

    /// Waits until an element's text contains `part`.
    pub async fn until_text(&self, id: &str, part: &str) -> String {
        let started = Instant::now();
        loop {
            let text = self.text(id).await;
            if text.contains(part) {
                return text;
            }
            if started.elapsed() > PATIENCE {
                self.fail(&format!("{id} never said {part:?}; it says {text:?}")).await;
            }
            pause().await;
        }
    }

    /// Waits until a script answers true.
    pub async fn until(&self, what: &str, script: &str) {
        let started = Instant::now();
        loop {
            let answer = self.driver.execute(script, Vec::new()).await;
            if answer.as_ref().is_ok_and(|a| a.json() == &json!(true)) {
                return;
            }
            if started.elapsed() > PATIENCE {
                self.fail(&format!("waited in vain until {what}: {answer:?}")).await;
            }
            pause().await;
        }
    }

    /// Runs a script and answers what it returns.
    pub async fn run(&self, script: &str) -> serde_json::Value {
        let answer = self.driver.execute(script, Vec::new()).await.expect("the script runs");
        answer.json().clone()
    }

    /// Makes the page `width` by `height` pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        self.driver.set_window_rect(0, 0, width, height).await.expect("the window can be sized");
        let script = format!("return innerWidth === {width} && innerHeight === {height}");
        self.until("the page has its size", &script).await;
    }

    /// Waits until nothing moves any more: transitions last under 200 ms.
    pub async fn still(&self) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Frames come late on a busy machine: the second one from now shows what there is.
        let frames = "const done = arguments[0]; \
            requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        let _ = self.driver.execute_async(frames, Vec::new()).await;
    }

    /// Keeps a picture under `target/screenshots/`.
    pub async fn screenshot(&self, name: &str) {
        let folder = screenshots();
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let path = folder.join(format!("{name}.png"));
        self.driver.screenshot(&path).await.expect("the window can be drawn");
    }

    /// Everything that the page says, for a failed test's message.
    pub async fn said(&self) -> String {
        let script = "return document.body.innerText";
        match self.driver.execute(script, Vec::new()).await {
            Ok(answer) => answer.json().as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("(the page says nothing: {error})"),
        }
    }

    /// Fails the test with all that the page says, and keeps a picture of it.
    async fn fail(&self, why: &str) -> ! {
        let test = std::thread::current().name().unwrap_or("a-test").to_owned();
        self.screenshot(&format!("failed-{test}")).await;
        panic!("{why}\n{}", self.said().await)
    }

    async fn retry(&self, id: &str, act: impl AsyncFn(&WebElement) -> Result<(), WebDriverError>) {
        let started = Instant::now();
        loop {
            let element = self.by(id).await;
            match act(&element).await {
                Ok(()) => return,
                Err(error) if started.elapsed() > PATIENCE => {
                    self.fail(&format!("{id} cannot be used: {error}")).await
                }
                Err(_) => pause().await,
            }
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        end(&mut self.process);
        // Nobody is there any more to be told of the session's end, and waiting for it takes minutes.
        let _ = self.driver.clone().leak();
        // A test that failed left its window open; the next one must not take it for its own.
        for process in processes_with(self.home.path()) {
            let _ = Command::new("kill").arg("-9").arg(&process).stderr(Stdio::null()).status();
        }
    }
}

/// The folders of a person who never ran this program.
pub fn own_folders(home: &Path) -> Vec<(&'static str, PathBuf)> {
    ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"]
        .map(|name| (name, home.join(name)))
        .into()
}

/// Where pictures go.
pub fn screenshots() -> PathBuf {
    crate::program("rolecall").ancestors().nth(2).expect("target").join("screenshots")
}

/// Between two looks.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// The windows' processes that have this home, as process ids.
fn processes_with(home: &Path) -> Vec<String> {
    let home = home.as_os_str().as_encoded_bytes();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|process| {
            let exe = std::fs::read_link(process.path().join("exe")).unwrap_or_default();
            let environ = std::fs::read(process.path().join("environ")).unwrap_or_default();
            exe.file_name().is_some_and(|name| name == "rolecall")
                && environ.windows(home.len()).any(|part| part == home)
        })
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}

fn selector(id: &str) -> By {
    By::Css(format!("[data-testid='{id}']"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn end(process: &mut Child) {
    terminate(&process.id().to_string());
    let _ = process.wait();
}

/// Asks a process to end; it may have gone already.
fn terminate(process: &str) {
    let _ = Command::new("kill").arg(process).stderr(Stdio::null()).status();
}
