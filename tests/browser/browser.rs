//! A real Chromium without a window, driven by its ChromeDriver.

use std::future::Future;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

/// Set to `required` where a browser must be there.
const REQUIRED: &str = "MODSWAP_TEST_BROWSER";

/// What is needed of the machine.
struct Tools {
    chromium: PathBuf,
    driver: PathBuf,
}

/// The tools, or the name of what is missing.
fn find_tools() -> Result<&'static Tools, String> {
    static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
    let find = |variable: &str, names: &[&str], package: &str| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let found = named.or_else(|| names.iter().find_map(|name| which::which(name).ok()));
        found.ok_or_else(|| {
            format!(
                "no {} on PATH (Debian: apt-get install {package}); {variable} may name one",
                names[0]
            )
        })
    };
    let tools = TOOLS.get_or_init(|| {
        let names = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ];
        Ok(Tools {
            chromium: find("MODSWAP_CHROMIUM", &names, "chromium")?,
            driver: find("MODSWAP_CHROMEDRIVER", &["chromedriver"], "chromium-driver")?,
        })
    });
    tools.as_ref().map_err(Clone::clone)
}

/// Says what was left out, where the captured output of a test that passes would not.
pub fn report_missing(what: &str, why: &str) {
    assert!(
        std::env::var_os(REQUIRED).is_none_or(|value| value != "required"),
        "{what}: {why}"
    );
    let _ = writeln!(std::io::stderr().lock(), "left out: {what}: {why}");
}

/// A browser that ends with its test, whatever becomes of that.
struct Driver {
    process: Child,
    port: u16,
    /// Nobody reads it; a pipe without a reader would end the driver.
    _says: Box<dyn std::any::Any>,
    _profile: tempfile::TempDir,
}

impl Driver {
    fn start(tools: &Tools) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(&tools.driver);
        command
            .arg("--port=0")
            .env("TMPDIR", profile.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().expect("ChromeDriver starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        // It says that it starts on port 0 before it says on which it was started.
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("on port ")?;
            let port = port.trim_end_matches('.').parse().ok()?;
            (port != 0).then_some(port)
        });
        let port = port.expect("ChromeDriver says its port");
        Self {
            process,
            port,
            _says: Box::new(lines),
            _profile: profile,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The group: a browser outlives a driver that is killed.
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", self.process.id())])
            .status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How a page is looked at.
#[derive(Clone, Copy)]
pub struct Look {
    pub size: (u32, u32),
    pub dark: bool,
    pub scripts: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            size: (1280, 900),
            dark: false,
            scripts: true,
        }
    }
}

/// A tab with a page.
pub struct Tab(pub Client);

/// Opens a page of a file (`#…` included) and looks at it. Where there is no browser, that is said.
pub fn with<F: Future<Output = ()>>(
    what: &str,
    page: &Path,
    fragment: &str,
    look: Look,
    test: impl FnOnce(Tab) -> F,
) {
    let tools = match find_tools() {
        Ok(tools) => tools,
        Err(why) => return report_missing(what, &why),
    };
    let driver = Driver::start(tools);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (width, height) = look.size;
        let window = format!("--window-size={width},{height}");
        let allowed = if look.scripts { 1 } else { 2 };
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": tools.chromium,
                "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--hide-scrollbars", window],
                "prefs": {"profile.managed_default_content_settings.javascript": allowed},
            },
        });
        let capabilities = capabilities.as_object().expect("an object").clone();
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let client = builder.connect(&format!("http://127.0.0.1:{}", driver.port)).await.expect("a session");
        let tab = Tab(client);
        let scheme = if look.dark { "dark" } else { "light" };
        tab.devtools("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]})).await;
        // A window has a least width of its own.
        tab.devtools("Emulation.setDeviceMetricsOverride", json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})).await;
        tab.goto(page, fragment).await;
        let client = tab.0.clone();
        test(tab).await;
        client.close().await.expect("the session ends");
    });
}

/// A command of the Chrome DevTools Protocol.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

impl Tab {
    pub async fn devtools(&self, name: &str, parameters: Value) {
        let command = DevTools(json!({"cmd": name, "params": parameters}));
        self.0
            .issue_cmd(command)
            .await
            .expect("a command of DevTools");
    }

    pub async fn goto(&self, page: &Path, fragment: &str) {
        let page = std::path::absolute(page).expect("a path");
        self.0
            .goto(&format!("file://{}{fragment}", page.display()))
            .await
            .expect("the page opens");
    }

    /// What an expression of JavaScript gives.
    pub async fn eval(&self, expression: &str) -> Value {
        self.0
            .execute(&format!("return ({expression});"), vec![])
            .await
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Does something in the page.
    pub async fn act(&self, statements: &str) {
        self.0
            .execute(statements, vec![])
            .await
            .unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let focused = self.0.active_element().await.expect("an element");
        focused.send_keys(keys).await.expect("keys are pressed");
    }

    pub async fn click(&self, selector: &str) {
        let element = self.0.find(fantoccini::Locator::Css(selector)).await;
        element
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
            .click()
            .await
            .expect("it is clicked");
    }

    /// Empties the search and types a text there.
    pub async fn search(&self, text: &str) {
        let element = self
            .0
            .find(fantoccini::Locator::Css("#search"))
            .await
            .expect("the search");
        element.clear().await.expect("it is emptied");
        element.send_keys(text).await.expect("text is typed");
    }

    /// Ids of the rows that are seen.
    pub async fn rows(&self) -> Vec<String> {
        let found = self.eval("[...document.querySelectorAll('.row')].filter((row) => row.offsetParent).map((row) => row.querySelector('.open').title)").await;
        serde_json::from_value(found).expect("ids")
    }
}
