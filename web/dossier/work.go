package dossier

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/dossier"
	"github.com/openplenary/plenary/conversation/receipt"
	view "github.com/openplenary/plenary/page/dossier"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part/note"
	"github.com/openplenary/plenary/web/serve"
)

// work is a dossier that is being written. It goes over the sources one after the other and keeps the words of none.
type work struct {
	q      *serve.Request
	f      frame.Frame // of its pages
	plan   *dossier.Plan
	notes  []*note.Note // of the sources, in their order; none once they are named
	called map[cite.Ref]string
	rests  map[cite.Ref][]cite.Ref
	behind map[cite.Ref][]cite.Ref
	at     map[cite.Ref]*dossier.Source
	demo   bool
	out    *zip.Writer
	when   time.Time
	files  []dossier.File
}

// begin plans it.
func (w *work) begin(st *conversation.Reading, ref cite.Ref) error {
	plan, ok := dossier.New(st, ref)
	if !ok {
		return serve.NotFound()
	}
	e, _ := st.Papers.Edition(ref)
	w.plan, w.demo, w.when = plan, st.Demonstration, e.Published.UTC()
	w.called, w.rests, w.behind, w.at = map[cite.Ref]string{}, map[cite.Ref][]cite.Ref{}, map[cite.Ref][]cite.Ref{}, map[cite.Ref]*dossier.Source{}
	for _, s := range plan.Sources {
		s.Address = w.f.Public + "/c/" + w.q.Slug + "/" + string(s.Ref)
		w.notes = append(w.notes, note.New(st, s.Ref, w.q.Lang))
		w.rests[s.Ref], w.at[s.Ref] = s.RestsOn, s
		for _, r := range s.RestsOn {
			w.behind[r] = append(w.behind[r], s.Ref)
		}
	}
	return nil
}

// name names the bytes of the archive: they are the same as long as nothing is touched that it rests on.
func (w *work) name() string {
	return serve.ETag([]byte(string(w.plan.Paper.Edition) + " " + string(w.q.Lang) + " " + strconv.FormatInt(int64(w.plan.Since()), 10) + " " + w.f.Public))
}

// write writes the archive.
func (w *work) write(ctx context.Context, to io.Writer) error {
	w.out = zip.NewWriter(to)
	for _, step := range []func(context.Context) error{w.named, w.quote, w.index, w.sources, w.entries} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := w.manifest(); err != nil {
		return err
	}
	return w.out.Close()
}

// filled is a source with its words.
func (w *work) filled(ctx context.Context, s *dossier.Source) (*dossier.Source, error) {
	raw, err := w.q.Server.Sec.Words(ctx, w.q.Slug, w.plan.Need(s))
	if err != nil {
		return nil, err
	}
	return w.plan.Filled(s, raw), nil
}

// named calls every source by who said it, as everybody reads that.
func (w *work) named(ctx context.Context) error {
	for i, n := range w.notes {
		s := w.plan.Sources[i]
		raw, err := w.q.Server.Sec.Words(ctx, w.q.Slug, w.plan.Granted(n.Need()))
		if err != nil {
			return err
		}
		n.Fill(w.plan.Show(raw))
		s.Who = n.Called(&w.f)
		w.called[s.Ref], w.notes[i] = s.Who, nil
		if i < w.plan.Cited {
			w.plan.Paper.Notes = append(w.plan.Paper.Notes, dossier.Note{N: i + 1, Ref: s.Ref, Who: s.Who, Address: s.Address})
		}
	}
	w.notes = nil
	return nil
}

// quote finds what the sentences quote.
func (w *work) quote(ctx context.Context) error {
	for i := range w.plan.Paper.Elements {
		x := &w.plan.Paper.Elements[i]
		if !dossier.Quotes(x) {
			continue
		}
		of := map[cite.Ref]*dossier.Source{}
		for _, r := range x.Sources {
			s, err := w.filled(ctx, w.at[r])
			if err != nil {
				return err
			}
			of[r] = s
		}
		w.plan.Quote(x, of)
	}
	return nil
}

// index writes the paper, for people and for programs.
func (w *work) index(context.Context) error {
	var b bytes.Buffer
	v := &view.Index{Paper: &w.plan.Paper, Address: w.address(), Key: w.key(), Notice: w.demo, LeftOut: w.plan.LeftOut, Called: w.called, Rests: w.rests}
	if err := v.Render(&w.f, &b); err != nil {
		return err
	}
	if err := w.put(dossier.IndexFile, b.Bytes()); err != nil {
		return err
	}
	if err := w.put(view.StyleFile, []byte(view.Style)); err != nil {
		return err
	}
	return w.encode(dossier.PaperFile, w.plan.Paper)
}

// sources writes every source, for people and for programs.
func (w *work) sources(ctx context.Context) error {
	for _, s := range w.plan.Sources {
		s, err := w.filled(ctx, s)
		if err != nil {
			return err
		}
		v := &view.Source{Source: s, Called: w.called, Behind: w.behind[s.Ref], Paper: &w.plan.Paper}
		for i := range w.plan.Paper.Elements {
			if slices.Contains(w.plan.Paper.Elements[i].Sources, s.Ref) {
				v.Sentences = append(v.Sentences, i)
			}
		}
		var b bytes.Buffer
		if err := v.Render(&w.f, &b); err != nil {
			return err
		}
		if err := w.put(dossier.SourcePage(s.Ref), b.Bytes()); err != nil {
			return err
		}
		if err := w.encode(dossier.SourceFile(s.Ref), s); err != nil {
			return err
		}
	}
	return nil
}

// entries writes the entries of the record with their proofs, and the checkpoint that all of them lead to.
func (w *work) entries(ctx context.Context) error {
	var signed []byte
	if err := w.q.Server.Sec.Evidence(ctx, w.q.Slug, w.plan.Since(), w.plan.Entries(), func(at cite.Position, e receipt.Entry) error {
		signed = e.Proof.Checkpoint
		data, text, err := w.plan.Disclosed(at, e)
		if err != nil {
			return err
		}
		return w.encode(dossier.EntryFile(at), dossier.EntryOf(e, data, text))
	}); err != nil {
		return err
	}
	return w.put(dossier.CheckpointFile, signed)
}

// manifest writes which files there are.
func (w *work) manifest() error {
	m := dossier.Manifest{Format: dossier.Format, Edition: w.plan.Paper.Edition, Address: w.address(), Key: w.key(), LeftOut: w.plan.LeftOut, Files: w.files}
	if w.demo {
		m.Notice = dossier.Notice
	}
	return w.encode(dossier.ManifestFile, m)
}

// address is where the paper can be read, for good.
func (w *work) address() string {
	return w.f.Public + "/c/" + w.q.Slug + "/" + string(w.plan.Paper.Edition)
}

// key is the verifier key of the record.
func (w *work) key() string {
	_, key, _ := w.q.Server.Sec.Key(w.q.Slug)
	return key
}

// encode writes a file for programs.
func (w *work) encode(name string, v any) error {
	b, err := dossier.Encode(v)
	if err != nil {
		return err
	}
	return w.put(name, b)
}

// put writes a file. Nothing in it depends on when it is written.
func (w *work) put(name string, b []byte) error {
	sum := sha256.Sum256(b)
	w.files = append(w.files, dossier.File{Name: name, Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:])})
	to, err := w.out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: w.when})
	if err != nil {
		return err
	}
	_, err = to.Write(b)
	return err
}
