"""What the system tests share: a folder of their own, the program under test, and claims that are counted.

A script makes one World, runs the program with world.run, states what must hold with world.check, and ends with sys.exit(world.finish()).
The program gets a small environment of its own, no terminal, and a TMPDIR that world.finish finds empty again.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading

KEPT_VARIABLES = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
TIMEOUT_S = 120
PASSPHRASE = "correct horse battery staple"
SANITIZER_TRACES = (b"AddressSanitizer", b"LeakSanitizer", b"ThreadSanitizer", b"runtime error:")


class Done:
    """What one run left: status, out, err (bytes), text (both, for messages), rss_kib (largest resident set)."""

    def __init__(self, arguments, status, out, err, rss_kib):
        self.arguments, self.status, self.out, self.err, self.rss_kib = arguments, status, out, err, rss_kib
        self.text = (out + err).decode("utf-8", "backslashreplace")


class World:
    def __init__(self, argv, name):
        if len(argv) < 3:
            sys.exit("usage: %s ASSAY SOURCE" % os.path.basename(argv[0]))
        self.assay, self.source = os.path.abspath(argv[1]), os.path.abspath(argv[2])
        self.options = argv[3:]
        self.name, self.claims, self.failures, self.skipped = name, 0, [], []
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="assay-%s-" % name))
        self.tmp = self.folder("tmp")
        self.home = self.folder("home")
        self.passphrase_file = self.write("passphrase", PASSPHRASE + "\n", mode=0o600)
        with open(self.assay, "rb") as file:
            self.is_sanitized = b"__asan_init" in (program := file.read()) or b"__tsan_init" in program

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def folder(self, *parts):
        os.makedirs(self.path(*parts), exist_ok=True)
        return self.path(*parts)

    def write(self, name, data, mode=0o644):
        """Parent folders are made. name may be bytes: file names are."""
        path = os.path.join(os.fsencode(self.dir), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        os.chmod(path, mode)
        return os.fsdecode(path)

    def example(self, name):
        """A copy of examples/customers without what an audit may have left there."""
        return shutil.copytree(os.path.join(self.source, "examples", "customers"), self.path(name),
            ignore=shutil.ignore_patterns(".assay", "assay.checkpoint", "trust.yaml", "report.*"))

    def run(self, *arguments, cwd=None, stdin=b"", env=None, before=None, key=True, timeout=TIMEOUT_S):
        """Runs the program. key: the passphrase file is named in the environment. before: called in the child, before the program starts."""
        variables = {n: os.environ[n] for n in KEPT_VARIABLES if n in os.environ}
        variables.update(HOME=self.home, TMPDIR=self.tmp, LC_ALL="C.UTF-8", TZ="UTC",
            XDG_CACHE_HOME=os.path.join(os.path.dirname(os.path.abspath(self.assay)), "test-cache"))
        if key:
            variables["ASSAY_PASSPHRASE_FILE"] = self.passphrase_file
        variables.update(env or {})
        child = subprocess.Popen([self.assay, *arguments], cwd=cwd or self.dir, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, preexec_fn=before)
        streams = {}
        readers = [threading.Thread(target=lambda n=n, s=s: streams.update({n: s.read()})) for n, s in (("out", child.stdout), ("err", child.stderr))]
        for reader in readers:
            reader.start()
        late = threading.Timer(timeout, child.kill)
        late.start()
        try:
            child.stdin.write(stdin)
            child.stdin.close()
        except BrokenPipeError:
            pass
        _, raw, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(raw)
        late.cancel()
        for reader in readers:
            reader.join()
        child.stdout.close()
        child.stderr.close()
        done = Done(arguments, child.returncode, streams["out"], streams["err"], usage.ru_maxrss)
        self.check(done.status >= 0, "%s: killed by signal %d\n%s" % (shown(arguments), -done.status, done.text))
        self.check(not any(trace in done.err for trace in SANITIZER_TRACES), "%s: a sanitizer speaks\n%s" % (shown(arguments), done.text))
        return done

    def expect(self, done, status, *words, what=""):
        """The run ended with this status, and each of the words stands in what it said."""
        place = "%s: " % what if what else ""
        self.check(done.status == status, "%s%s: exit status %d, not %d\n%s" % (place, shown(done.arguments), done.status, status, done.text))
        for word in words:
            self.check(word in done.text, "%s%s: nothing says %r\n%s" % (place, shown(done.arguments), word, done.text))
        return done

    def check(self, claim, message):
        self.claims += 1
        if not claim:
            self.failures.append(message)
            print("FAILED %s: %s" % (self.name, message), flush=True)
        return claim

    def equal(self, came, wanted, what):
        return self.check(came == wanted, "%s: %r, not %r" % (what, came, wanted))

    def tell(self, text):
        print("%s: %s" % (self.name, text), flush=True)

    def skip(self, text):
        self.skipped.append(text)
        self.tell("SKIPPED " + text)

    def finish(self):
        left = sorted(os.listdir(self.tmp)) + sorted(os.listdir(self.home))
        self.check(not left, "temporary files were left behind: %s" % left)
        shutil.rmtree(self.dir)
        self.tell("%d claims checked, %d failed, %d skipped" % (self.claims, len(self.failures), len(self.skipped)))
        return 1 if self.failures else 0


def shown(arguments):
    return " ".join(["assay", *map(str, arguments)])[:300].encode("unicode_escape").decode()


def every_file(folder):
    """Paths of all regular files below, links not followed, in order of their names."""
    for at, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(at, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def contents(folder):
    """{relative path: bytes}, to see later that nothing changed."""
    result = {}
    for path in every_file(folder):
        with open(path, "rb") as file:
            result[os.path.relpath(path, folder)] = file.read()
    return result
