package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPackaging: what a package brings fits the program: each setting in it is one, each file that is named is there, the scripts can be
// read by a shell, and the unit by systemd where that is at hand.
func TestPackaging(t *testing.T) {
	const root = "../../"
	file := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(root + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	settings, _ := plenaryDoes(t, 0, "config")
	for _, name := range []string{"packaging/plenary.env", "packaging/Containerfile", "docs/guides/operator.md"} {
		for _, v := range regexp.MustCompile(`PLENARY_[A-Z_]+=`).FindAllString(file(name), -1) {
			if v = strings.TrimSuffix(v, "="); !regexp.MustCompile(`(?m)\b` + v + `\s`).MatchString(settings) {
				t.Errorf("%s sets %s, which is no setting", name, v)
			}
		}
	}
	for _, name := range []string{"packaging/debian/postinst", "packaging/debian/prerm", "packaging/debian/postrm", "scripts/build.sh", "scripts/twice.sh", "scripts/debian.sh"} {
		if out, err := exec.Command("sh", "-n", root+name).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
		if fi, err := os.Stat(root + name); err == nil && strings.HasPrefix(name, "scripts") && fi.Mode()&0o111 == 0 {
			t.Errorf("%s cannot be run", name)
		}
	}
	release := file(".goreleaser.yaml")
	if strings.Contains(release, "\t") {
		t.Error("a tab in .goreleaser.yaml")
	}
	named := regexp.MustCompile(`(?:src|postinstall|preremove|postremove): ([^,}\s]+)`).FindAllStringSubmatch(release, -1)
	if len(named) < 12 {
		t.Error("files of a release:", named)
	}
	for _, m := range named {
		if _, err := os.Stat(root + m[1]); err != nil {
			t.Error("a release wants", err)
		}
	}
	// Both ways to a release build with the same words.
	for _, flag := range []string{"-trimpath", "-buildvcs=false", "-s -w -buildid="} {
		if !strings.Contains(release, flag) || !strings.Contains(file("scripts/build.sh"), flag) {
			t.Error("not in both:", flag)
		}
	}
	unit(t, root+"packaging/plenary.service", file("packaging/plenary.service"))
	samePackage(t, file("scripts/debian.sh"), file("packaging/debian/control"), release)
}

// samePackage: the Debian package of a release brings the same files to the same places as the one that debian.sh makes, and needs the
// same packages. What is beside the program in an archive has the time of the commit and not that at which the source was fetched.
func samePackage(t *testing.T, script, control, release string) {
	t.Helper()
	files := func(pattern, text string) (out []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1]+" "+m[2])
		}
		slices.Sort(out)
		return out
	}
	a, b := files(`(?m)^install -D -m \d+ (\S+) "\$root(/[^"]+)"`, script), files(`src: (\S+), dst: ([^,}\s]+)`, release)
	if len(a) < 6 || !slices.Equal(a, b) {
		t.Errorf("two packages bring other files:\n%q\n%q", a, b)
	}
	for field, key := range map[string]string{"Depends": "dependencies", "Recommends": "recommends", "Suggests": "suggests"} {
		m := regexp.MustCompile(`(?m)^` + field + `: (.+)$`).FindStringSubmatch(control)
		if m == nil || !strings.Contains(release, "    "+key+": ["+m[1]+"]\n") {
			t.Errorf("two packages need other packages: %s: %q", field, m)
		}
	}
	_, archives, _ := strings.Cut(release, "\narchives:")
	archives, _, _ = strings.Cut(archives, "\nnfpms:")
	for _, line := range strings.Split(archives, "\n") {
		if strings.Contains(line, "src:") && !strings.Contains(line, "info: *info}") && !strings.Contains(line, `mtime: "{{ .CommitDate }}"}}`) {
			t.Error("in an archive with a time of its own:", line)
		}
	}
}

// unit looks at the unit of the service.
func unit(t *testing.T, path, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for _, want := range []string{"User=plenary", "EnvironmentFile=/etc/plenary.env", "ExecStart=/usr/bin/plenary serve", "RestartSec=5", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the unit does not say %s", want)
		}
	}
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // looked at where there is systemd
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	there := filepath.Join(t.TempDir(), "plenary.service")
	if err := os.WriteFile(there, []byte(strings.Replace(text, "/usr/bin/plenary", self, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(verify, "verify", "--man=no", there).CombinedOutput(); err != nil || strings.Contains(string(out), "plenary.service:") {
		t.Errorf("systemd does not take %s: %s", path, out)
	}
}
