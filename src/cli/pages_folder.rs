//! `--pages FOLDER`

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::outputs::write_failure;
use crate::fs::{Readers, check_writable, read_file, replace_file};
use crate::interrupt::shutdown_requested;
use crate::record::RunReport;
use crate::record::read::MAX_REPORT;
use crate::report::links::Links;
use crate::report::site::{
    BROWSER, FRONT, REPORT, STYLE, SiteFile, is_ours, is_page, links_from, redact, render_site,
};
use crate::runner::read_stored_scripts;

/// Folders of pages in it.
const FOLDERS: [&str; 2] = ["findings", "releases"];

/// The folder that pages are written to, known to be writable and ours.
pub(super) struct PagesFolder(PathBuf);

impl PagesFolder {
    /// Checks the folder before anything runs, and changes nothing. It need not be there.
    ///
    /// # Errors
    /// When it cannot be written to, or a file that somebody else made is in the way.
    pub(super) fn check(path: &Path) -> Result<Self, Failure> {
        let checked = match fs::metadata(path) {
            Ok(data) if !data.is_dir() => Err(std::io::ErrorKind::NotADirectory.into()),
            _ => check_writable(&path.join(FRONT)).map(|_| ()),
        };
        checked.map_err(|error| {
            let text = format!("{}: cannot be written: {error}", path.display());
            Failure::usage(text)
        })?;
        let folder = Self(path.to_owned());
        for name in [FRONT, BROWSER, REPORT, STYLE] {
            folder.is_own_page(name)?;
        }
        Ok(folder)
    }

    /// True if a file is there that we made.
    ///
    /// # Errors
    /// When it is there and somebody else made it.
    fn is_own_page(&self, name: &str) -> Result<bool, Failure> {
        let path = self.0.join(name);
        match read_file(&path, MAX_REPORT) {
            Ok(bytes) if is_ours(name, &String::from_utf8_lossy(&bytes)) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            _ => {
                let text = format!(
                    "{}: not made by modswap, and in the way of --pages; move it, or name another folder",
                    path.display()
                );
                Err(Failure::usage(text))
            }
        }
    }

    /// Writes the pages, each as a whole, and takes away those of subjects that are gone. Nothing else in the folder is touched.
    ///
    /// # Errors
    /// When a file cannot be written; the error names it.
    pub(super) fn write(
        &self,
        report: &RunReport,
        strict: bool,
        links: Option<&Links>,
    ) -> Result<(), Failure> {
        let home = std::env::home_dir();
        let report = redact(report, home.as_deref().and_then(Path::to_str));
        let from_here = links_from(&self.0);
        let links = links.unwrap_or(&from_here);
        let pages = render_site(&report, strict, links, read_stored_scripts);
        for page in &pages {
            self.is_own_page(&page.name)?;
        }
        // Whoever asks to stop now gets all of them.
        let _listener = shutdown_requested();
        for page in &pages {
            self.write_page(page)
                .map_err(|error| write_failure(&self.0.join(&page.name), &error))?;
        }
        let written: HashSet<&str> = pages.iter().map(|page| &*page.name).collect();
        self.remove_old_pages("", &written)?;
        for folder in FOLDERS {
            self.remove_old_pages(folder, &written)?;
        }
        Ok(())
    }

    /// Removes what we made in a folder and have not written now, and the folders below it that are empty then. What lies below a
    /// folder of pages is looked at as well; links are not followed.
    fn remove_old_pages(&self, folder: &str, written: &HashSet<&str>) -> Result<(), Failure> {
        let entries = fs::read_dir(self.0.join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            let path = entry.path();
            let gap = if folder.is_empty() { "" } else { "/" };
            let name = format!("{folder}{gap}{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !folder.is_empty() {
                    self.remove_old_pages(&name, written)?;
                    // Only an empty one goes.
                    let _ = fs::remove_dir(&path);
                }
            } else if is_page(&name)
                && !written.contains(&*name)
                && self.is_own_page(&name).unwrap_or(false)
            {
                fs::remove_file(&path).map_err(|error| write_failure(&path, &error))?;
            }
        }
        Ok(())
    }

    fn write_page(&self, page: &SiteFile) -> std::io::Result<()> {
        let path = self.0.join(&page.name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        replace_file(&path, Readers::All, |file| {
            file.write_all(page.text.as_bytes())
        })
    }
}
