//! The first bytes of an executable, which say who can start it.

use std::path::Path;

/// The number of bytes that hold the headers and, in practice, the name of the loader.
const HEAD_LEN: u64 = 4096;

/// The first bytes of programs of Linux and others.
const ELF: &[u8] = b"\x7fELF";

/// The first bytes of programs of macOS: 64-bit ones, 32-bit ones, those for several machines.
const MACH_O: [[u8; 4]; 3] = [
    [0xcf, 0xfa, 0xed, 0xfe],
    [0xce, 0xfa, 0xed, 0xfe],
    [0xca, 0xfe, 0xba, 0xbe],
];

/// Returns the first bytes of a file, as many as wanted or as there are.
pub(super) fn read_start(path: &Path, len: u64) -> Option<Vec<u8>> {
    crate::fs::read_start(path, len).ok()
}

/// True if a file is a script: its answer depends on more than the file.
pub(crate) fn is_script(path: &Path) -> bool {
    read_start(path, 2).is_some_and(|start| start == *b"#!")
}

/// True if a file is a program in the machine's own language: ELF, or Mach-O for one machine or several.
pub(super) fn is_native_program(path: &Path) -> bool {
    let start = read_start(path, 4).unwrap_or_default();
    start == ELF || MACH_O.iter().any(|magic| start == *magic)
}

/// Returns the program that the system starts a file with: the interpreter in its `#!` line, or the loader an ELF file names
/// (`/lib/ld-musl-x86_64.so.1`; PT_INTERP, whose text stands at the beginning of what linkers write).
pub(super) fn find_loader(path: &Path) -> Option<String> {
    let bytes = read_start(path, HEAD_LEN)?;
    let text = |bytes: &[u8]| Some(std::str::from_utf8(bytes).ok()?.to_owned());
    if let Some(line) = bytes.strip_prefix(b"#!") {
        let line = text(line.split(|byte| *byte == b'\n').next()?)?;
        return line.split_whitespace().next().map(str::to_owned);
    }
    if !bytes.starts_with(ELF) {
        return None;
    }
    let texts = bytes.split(|byte| *byte == 0);
    let names = texts.filter(|text| text.starts_with(b"/")).filter_map(text);
    names
        .into_iter()
        .find(|name| name.contains("/ld") && name.contains(".so"))
}

/// Returns the kind of machine or system it is made for; none if its first bytes do not say it.
pub(super) fn target_system(path: &Path) -> Option<&'static str> {
    let bytes = read_start(path, HEAD_LEN)?;
    // Programs for many systems at once begin so, too; they are not made for Windows alone.
    if bytes.starts_with(b"MZ") && !bytes.starts_with(b"MZqFpD") {
        return Some("Windows");
    }
    if MACH_O.iter().any(|magic| bytes.starts_with(magic)) {
        return Some("macOS");
    }
    if !bytes.starts_with(ELF) || bytes.len() < 20 {
        return None;
    }
    let machine = [bytes[18], bytes[19]];
    let is_big_endian = bytes[5] == 2;
    let machine = if is_big_endian {
        u16::from_be_bytes(machine)
    } else {
        u16::from_le_bytes(machine)
    };
    // e_machine in elf.h
    match machine {
        3 => Some("i686"),
        8 => Some("mips"),
        21 => Some("ppc64"),
        22 => Some("s390x"),
        40 => Some("arm"),
        62 => Some("x86_64"),
        183 => Some("aarch64"),
        243 => Some("riscv"),
        258 => Some("loongarch"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Machine;

    #[test]
    fn loaders_and_machines() {
        let machine = Machine::new();
        let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
        elf.resize(64, 0);
        elf[18] = 183;
        elf.extend(b"/lib/ld-musl-aarch64.so.1\0/usr/lib\0");
        let path = machine.at("python3");
        std::fs::write(&path, elf).unwrap();
        assert_eq!(
            find_loader(&path).as_deref(),
            Some("/lib/ld-musl-aarch64.so.1")
        );
        assert_eq!(target_system(&path), Some("aarch64"));
        assert!(!is_script(&path));
        let script = machine.file("script", "#! /opt/gone/python -E\nprint()\n");
        assert_eq!(find_loader(&script).as_deref(), Some("/opt/gone/python"));
        assert_eq!(target_system(&script), None);
        assert!(is_script(&script));
        let windows = machine.file("python.exe", "MZ…");
        assert_eq!(target_system(&windows), Some("Windows"));
        assert_eq!(find_loader(&machine.at("missing")), None);
    }
}
