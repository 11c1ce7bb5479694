# Says which Python runs this: one line, a tag and one JSON object.
# It must run on 2.7 to the newest Python (and parse on older ones, so that they can be turned down by name),
# without `site`, hence no json module, no f-strings, nothing but sys and os.
import sys

# `-c` puts the working directory first on the path; an os.py there must not be taken for the real one.
sys.path[:] = [entry for entry in sys.path if entry not in ('', '.')]
import os


def quote_json(value):
    if value is None:
        return 'null'
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return '[' + ', '.join([quote_json(item) for item in value]) + ']'
    if isinstance(value, bytes):
        value = value.decode(sys.getfilesystemencoding() or 'ascii', 'replace')
    out = []
    for char in value:
        code = ord(char)
        if 0xD800 <= code <= 0xDFFF and sys.maxunicode > 0xFFFF:
            code = 0xFFFD  # an undecodable byte of a path; JSON cannot carry it
        if code > 0xFFFF:
            code -= 0x10000
            out.append('\\u%04x\\u%04x' % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)))
        elif 32 <= code < 127 and char not in '"\\':
            out.append(str(char))
        else:
            out.append('\\u%04x' % code)
    return '"' + ''.join(out) + '"'


def read_implementation():
    described = getattr(sys, 'implementation', None)
    if described is not None:
        return described.name, '.'.join([str(part) for part in described.version[:2]])
    name = getattr(sys, 'subversion', ('cpython',))[0].lower()
    if hasattr(sys, 'pypy_version_info'):
        return name, '.'.join([str(part) for part in sys.pypy_version_info[:2]])
    return name, '.'.join([str(part) for part in sys.version_info[:2]])


def format_version():
    info = sys.version_info
    stage = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc'}.get(info[3])
    text = '%d.%d.%d' % info[:3]
    if stage:
        text += '%s%d' % (stage, info[4])
    if sys.version.split()[0].endswith('+'):
        text += '+'
    return text


def is_free_threaded(flags):
    enabled = getattr(sys, '_is_gil_enabled', None)
    # The GIL may be back at run time in such a build (PYTHON_GIL=1, an extension), so the build flag counts first.
    return 't' in flags or 'free-threading' in sys.version or (enabled is not None and not enabled())


def read_text(path):
    stream = open(path, 'rb')
    try:
        return stream.read().decode('utf-8', 'replace')
    finally:
        stream.close()


def find_base(folder, flags):
    names = ['python%d.%d' % sys.version_info[:2], 'python%d' % sys.version_info[0], 'python']
    executable = os.path.realpath(sys.executable)
    # `t` and `d` are builds of their own; `m` and `u` are other names of the plain one.
    for name in [names[0] + flags.replace('m', '').replace('u', '')] + names:
        for suffix in ('', '.exe'):
            path = os.path.realpath(os.path.join(folder, name + suffix))
            if os.path.isfile(path) and path != executable:
                return path
    return None


def find_environment(flags):
    # Without site, sys.prefix of a virtual environment is its base's up to 3.13, so its own marks are read.
    if not sys.executable:
        return None, None
    here = os.path.dirname(os.path.abspath(sys.executable))
    for folder in (here, os.path.dirname(here)):
        config = os.path.join(folder, 'pyvenv.cfg')
        if os.path.isfile(config):
            base = getattr(sys, '_base_executable', None)
            if base and os.path.isfile(base) and os.path.realpath(base) != os.path.realpath(sys.executable):
                return folder, os.path.realpath(base)
            for line in read_text(config).splitlines():
                key, _, value = line.partition('=')
                if key.strip().lower() == 'home':
                    return folder, find_base(value.strip(), flags)
            return folder, None
    # virtualenv before 20 copied the interpreter and left a note beside the standard library.
    library = getattr(os, '__file__', None)
    note = library and os.path.join(os.path.dirname(library), 'orig-prefix.txt')
    if note and os.path.isfile(note):
        return os.path.dirname(here), find_base(os.path.join(read_text(note).strip(), os.path.basename(here)), flags)
    if hasattr(sys, 'real_prefix'):
        return sys.prefix, find_base(os.path.join(sys.real_prefix, os.path.basename(here)), flags)
    return None, None


def find_machine():
    # What the kernel says, unless this is a 32-bit program on a 64-bit kernel.
    if not hasattr(os, 'uname'):
        # Windows: `... [MSC v.1916 64 bit (AMD64)]`, `32 bit (Intel)`, `64 bit (ARM64)`.
        for mark, name in (('(AMD64)', 'x86_64'), ('(Intel)', 'i686'), ('(ARM64)', 'aarch64')):
            if mark in sys.version:
                return name
        return None
    name = os.uname()[4]
    if getattr(sys, 'maxsize', 2 ** 62) < 2 ** 32:
        name = {'x86_64': 'i686', 'aarch64': 'armv7l', 'ppc64': 'ppc', 's390x': 's390'}.get(name, name)
    return name


def find_libc():
    if not sys.platform.startswith('linux'):
        return None
    try:
        version = os.confstr(2)  # _CS_GNU_LIBC_VERSION, which 2.7 has no name for
    except (AttributeError, ValueError, OSError):
        version = None  # musl does not know it
    if version:
        return version
    if 'musl' in getattr(getattr(sys, 'implementation', None), '_multiarch', ''):
        return 'musl'
    try:
        return 'musl' if 'ld-musl' in read_text('/proc/self/maps') else None
    except (IOError, OSError):
        return None


def list_added_flags():
    # What the command adds to the flags that it is asked with (-E -s -S -B).
    words = []
    for letter, name in (('O', 'optimize'), ('b', 'bytes_warning'), ('P', 'safe_path'), ('t', 'tabcheck'), ('3', 'py3k_warning'),
                         ('d', 'debug'), ('v', 'verbose')):
        count = int(getattr(sys.flags, name, 0))
        if count:
            words.append('-' + letter * count)
    warnings, options = list(sys.warnoptions), getattr(sys, '_xoptions', {})
    for implied in (['error::BytesWarning', 'default::BytesWarning'] if '-b' in words or '-bb' in words else []) + (
            ['default'] if 'dev' in options else []):
        if implied in warnings:
            warnings.remove(implied)
    for warning in warnings:
        words += ['-W', warning]
    for name in sorted(options):
        words += ['-X', name if options[name] is True else '%s=%s' % (name, options[name])]
    checked = getattr(sys.modules.get('_imp'), 'check_hash_based_pycs', 'default')
    if checked != 'default':
        words += ['--check-hash-based-pycs', checked]
    return words


def list_variables():
    # What modswap itself takes away is gone, so these come from the command. `PYTHON_VERSION` and the like are words of images.
    known = ('PYTHON_GIL', 'PYTHON_LAZY_IMPORTS', 'PYTHON_JIT')
    plain = ('PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE')     # without effect here
    return [(name, os.environ[name]) for name in sorted(os.environ)
            if name.startswith('PYTHON') and name not in plain and (name[6:7] != '_' or name in known)]


def main():
    flags = getattr(sys, 'abiflags', '')
    name, release = read_implementation()
    folder, base = find_environment(flags)
    system = sys.platform
    if system.startswith('linux'):
        system = 'linux'  # linux2 before 3.3
    built_for = find_machine()
    if built_for:
        system += '-' + built_for
    answer = [
        ('implementation', name.lower()),
        ('implementation_version', release),
        ('version', format_version()),
        ('free_threaded', is_free_threaded(flags)),
        ('debug', hasattr(sys, 'gettotalrefcount')),
        ('executable', os.path.realpath(sys.executable) if sys.executable else ''),
        ('environment', folder),
        ('base_executable', base),
        ('base_prefix', getattr(sys, 'base_prefix', sys.prefix)),
        ('build', sys.version),
        ('platform', system),
        ('libc', find_libc()),
        ('flags', list_added_flags()),
        ('variables', list_variables()),
    ]
    line = '{' + ', '.join(['"%s": %s' % (key, quote_json(value)) for key, value in answer]) + '}'
    # The tag is put together here so that a wrapper that echoes its arguments is not taken for the answer.
    sys.stdout.write('\n' + 'modswap-' + 'python: ' + line + '\n')
    sys.stdout.flush()


main()
