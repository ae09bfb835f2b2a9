package attachment

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Documents of other projects' test suites lie beside the working copy on some machines; they are not
// ours to carry along. Set PLENARY_DOCUMENTS to the folder.
func TestRealDocuments(t *testing.T) {
	dir := os.Getenv("PLENARY_DOCUMENTS")
	if dir == "" {
		t.Skip("PLENARY_DOCUMENTS is not set")
	}
	s := newStore(t)
	all, taken := 0, 0
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		want := map[string]string{".pdf": PDF, ".docx": DOCX, ".odt": ODT, ".rtf": RTF}[strings.ToLower(filepath.Ext(p))]
		if err != nil || e.IsDir() || want == "" {
			return err
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		all++
		kept, err := s.Keep(ctx, f, filepath.Base(p), t0)
		if err != nil || kept.Type != want {
			t.Logf("%s: %q, %v", p, kept.Type, err)
			return nil
		}
		taken++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d taken", taken, all)
	if taken*100 < all*95 {
		t.Error("too many honest documents are refused")
	}
}
