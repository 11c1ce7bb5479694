"""Lays out the pages of the repository as the source of a book, at the places that they have in the repository.

    stage.py REPOSITORY FOLDER ADDRESS

Links between pages stay as they are; a README is the index of its folder, and what is not on the site is linked to at ADDRESS,
the repository's on the web. The table of contents is the list in docs/README.md.
"""
import os
import re
import shutil
import sys

ROOT, BOOK, ADDRESS = sys.argv[1:]
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "scenarios/README.md",
         "benches/README.md"]
PAGES += ["docs/" + name for name in sorted(os.listdir(os.path.join(ROOT, "docs"))) if name.endswith(".md")]
PAGES = [page for page in PAGES if os.path.isfile(os.path.join(ROOT, page))]
# Folders with what is no page; reports/ is put there when the book is made.
FOLDERS = {"docs": "docs", "scenarios": "scenarios", ".github/pictures": "pictures"}
LINK = re.compile(r"""(\]\(|\b(?:src|srcset|href)=")([^)\s"]+)""")


def place_of(page):
    """Where a page is on the site: a README is the index of its folder."""
    return re.sub(r"README\.md$", "index.md", page)


def relink(page, target):
    """The target of a link as the site needs it."""
    if re.match(r"[a-z]+:|#", target):
        return target
    name, mark, anchor = target.partition("#")
    path = os.path.normpath(os.path.join(os.path.dirname(page), name)).replace(os.sep, "/")
    if path in PAGES:
        return os.path.join(os.path.dirname(name), os.path.basename(place_of(path))) + mark + anchor
    if path == "reports" or path == "reports/README.md":
        return os.path.relpath("reports/index.html", os.path.dirname(page) or ".")
    for folder, place in FOLDERS.items():
        if path.startswith(folder + "/"):
            return os.path.relpath(place + path[len(folder):], os.path.dirname(page) or ".") + mark + anchor
    kind = "tree" if os.path.isdir(os.path.join(ROOT, path)) else "blob"
    return "%s/%s/HEAD/%s%s%s" % (ADDRESS, kind, path, mark, anchor)


def stage_page(page):
    """Writes a page with the links of the site. Code is left alone."""
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        lines = file.read().split("\n")
    is_code = False
    for number, line in enumerate(lines):
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code:
            lines[number] = LINK.sub(lambda found: found.group(1) + relink(page, found.group(2)), line)
    write(place_of(page), "\n".join(lines))


def make_contents():
    """The table of contents: headings and entries of docs/README.md, and what else there is."""
    contents = ["# Summary", "", "[modswap](index.md)", "[Documentation](docs/index.md)"]
    with open(os.path.join(ROOT, "docs/README.md"), encoding="utf-8") as file:
        for line in file:
            heading = re.match(r"\*\*(.+)\*\*$", line.strip())
            entry = re.match(r"- \[(.+?)\]\((.+?\.md)\)", line)
            if heading:
                contents += ["", "# " + heading.group(1), ""]
            elif entry:
                path = os.path.normpath(os.path.join("docs", entry.group(2))).replace(os.sep, "/")
                contents.append("- [%s](%s)" % (entry.group(1), place_of(path)))
    contents += ["", "# The project", ""]
    listed = "\n".join(contents)
    titles = {"scenarios/README.md": "Scenarios", "CONTRIBUTING.md": "Contributing", "CHANGELOG.md": "Changelog",
              "SECURITY.md": "Security", "CODE_OF_CONDUCT.md": "Code of conduct"}
    for page in PAGES:
        if "(%s)" % place_of(page) not in listed:
            contents.append("- [%s](%s)" % (titles[page], place_of(page)))
    return "\n".join(contents) + "\n"


def write(path, text):
    path = os.path.join(BOOK, path)
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


for folder, place in FOLDERS.items():
    shutil.copytree(os.path.join(ROOT, folder), os.path.join(BOOK, place), ignore=shutil.ignore_patterns("*.md"))
for page in PAGES:
    stage_page(page)
write("SUMMARY.md", make_contents())
