package place

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/openplenary/plenary/attachment"
)

// CopyFolder copies the files of a folder that others go on changing: what is being uploaded is not wanted, and what was put
// away, erased or renamed since the folder was listed is not there any more.
func CopyFolder(to string, from fs.FS) error {
	return fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if path != "." && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		out := filepath.Join(to, filepath.FromSlash(path))
		if d.IsDir() {
			return os.MkdirAll(out, 0o700)
		}
		if strings.HasPrefix(d.Name(), attachment.Temporary) {
			return nil
		}
		in, err := from.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(copyFile(out, in), in.Close())
	})
}

// copyFile copies what is read into a new file.
func copyFile(to string, from io.Reader) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
