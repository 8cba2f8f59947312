#!/usr/bin/env python3
"""What only happens on a terminal: questions, values, progress, interruption. usage: terminal.py ASSAY"""
import fcntl
import os
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest

ASSAY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "assay"
TIMEOUT_S = 120
PASSPHRASE = "correct horse battery"


class Terminal:
    """A program whose controlling terminal we hold the other end of."""

    def __init__(self, folder, *arguments, stdin=None, stdout=None):
        self.master, self.slave = os.openpty()
        self.seen = ""
        env = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        env.update(TERM="xterm", LC_ALL="C.UTF-8", HOME=folder)
        self.process = subprocess.Popen([ASSAY, *arguments], cwd=folder, env=env, stdin=self.slave if stdin is None else stdin,
                                        stdout=self.slave if stdout is None else stdout, stderr=self.slave, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.seen += os.read(self.master, 4096).decode("utf-8", "replace")

    def expect(self, text):
        end = time.monotonic() + TIMEOUT_S
        while text not in self.seen:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} was not said, but {self.seen!r}")
            self.read(0.1)

    def type(self, text):
        # the question stands there before the echo is off
        end = time.monotonic() + TIMEOUT_S
        while termios.tcgetattr(self.slave)[3] & termios.ECHO and time.monotonic() < end:
            time.sleep(0.01)
        os.write(self.master, text.encode())

    def finish(self):
        end = time.monotonic() + TIMEOUT_S
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        self.read(0.05)
        self.read(0)
        return self.process.returncode


class OnATerminal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="assay-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *arguments, **streams):
        terminal = Terminal(self.folder, *arguments, **streams)
        self.addCleanup(terminal.close)
        return terminal

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def note(self, *answers):
        terminal = self.start("log", "note", "a note")
        for question, answer in answers:
            terminal.expect(question)
            terminal.type(answer + "\n")
            terminal.seen = terminal.seen.replace(question, "", 1)
        status = terminal.finish()
        self.assertNotIn(PASSPHRASE, terminal.seen)
        return status, terminal.seen

    def test_passphrase_is_asked_for(self):
        new, again, old = "New passphrase for the signing key: ", "Once more: ", "Passphrase of the signing key: "
        status, seen = self.note((new, PASSPHRASE), (again, PASSPHRASE + "x"))
        self.assertEqual(status, 2, seen)
        self.assertIn("the two passphrases differ", seen)
        status, seen = self.note((new, ""))
        self.assertEqual(status, 2, seen)
        self.assertIn("the passphrase is empty", seen)
        self.assertFalse(os.path.exists(os.path.join(self.folder, ".assay", "ledger.db")))
        status, seen = self.note((new, PASSPHRASE), (again, PASSPHRASE))
        self.assertEqual(status, 0, seen)
        status, seen = self.note((old, PASSPHRASE))
        self.assertEqual(status, 0, seen)
        status, seen = self.note((old, "wrong " + PASSPHRASE[::-1]))
        self.assertEqual(status, 2, seen)

    def test_interrupt_restores_the_echo(self):
        terminal = self.start("log", "note", "a note")
        terminal.expect("New passphrase")
        terminal.type("\x03")
        self.assertEqual(terminal.finish(), 4, terminal.seen)
        self.assertTrue(termios.tcgetattr(terminal.slave)[3] & termios.ECHO)
        self.assertFalse(os.path.exists(os.path.join(self.folder, ".assay", "keys", "signing.pem")))

    def test_values_are_shown_on_a_terminal(self):
        self.write("a.txt", "mail jane.roe@example.com\n")
        terminal = self.start("scan", "--spans", "-", "--reveal", "a.txt")
        self.assertEqual(terminal.finish(), 1, terminal.seen)
        self.assertIn('"value":"jane.roe@example.com"', terminal.seen)

    def feed(self, *options):
        """Standard input that takes longer than a progress line needs to appear."""
        inner, outer = os.pipe()
        product = open(os.path.join(self.folder, "product"), "wb")
        self.addCleanup(product.close)
        terminal = self.start("scan", *options, "-", stdin=inner, stdout=product)
        os.close(inner)
        return terminal, outer

    def test_progress_line(self):
        for options, shown in ((), True), (("--no-progress",), False), (("--quiet",), False):
            terminal, outer = self.feed(*options)
            for _ in range(12):
                os.write(outer, b"nothing to see here\n" * 3000)
                time.sleep(0.05)
            os.close(outer)
            self.assertIn(terminal.finish(), (0, 1), terminal.seen)
            self.assertEqual("read " in terminal.seen, shown, terminal.seen)
            if shown:
                self.assertTrue(terminal.seen.endswith("\r\x1b[K"), repr(terminal.seen))

    def test_interrupt_stops_and_a_second_one_kills(self):
        terminal, outer = self.feed("--no-progress")
        os.write(outer, b"a line\n" * 1000)
        time.sleep(1)
        terminal.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        if terminal.process.poll() is None:
            terminal.process.send_signal(signal.SIGINT)
        self.assertIn(terminal.finish(), (4, -signal.SIGINT), terminal.seen)
        os.close(outer)


if __name__ == "__main__":
    unittest.main()
