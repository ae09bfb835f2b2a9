package transcript

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/transcript"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/web/serve"
)

// captionsQuery are the parameters of the page of captions.
type captionsQuery struct {
	// In is the language of the captions; what is left out is chosen for the reader.
	In locale.Lang `query:"in"`
}

// Without script the page of captions is asked for again after so many seconds.
const (
	againOpen  = 6
	againAhead = 60
)

// captions shows what was said last in the sitting that is open.
func captions(q *serve.Request) error {
	q.Frame.Section = "overview"
	p := serve.Params[captionsQuery](q)
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewCaptions(st, q.Ref(), p.In, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		if q.Frame.Again = againAhead; v.Open {
			q.Frame.Again = againOpen
		}
		if v.Language != "" {
			q.LiveOn("captions", q.Ref(), v.Language)
		}
		return v, nil
	})
}

// hashed is what is kept of a key.
func hashed(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// sent takes what a program sends that writes captions: WebVTT, with the key that was given for a sitting and a language.
func sent(q *serve.Request) error {
	q.JSON = true // only programs send here, and read why it was not done
	key, bearer := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	//mutants:guard captions are taken only with a key
	if !bearer || !serve.ValidNonce(key) {
		return refusal.New(refusal.Forbidden, "transcript.no_feed")
	}
	var of transcript.Feed
	if err := q.Look(func(st *conversation.Reading) error {
		all := st.Transcripts.Feeds(q.Ref())
		i := slices.IndexFunc(all, func(f transcript.Feed) bool { return f.Key == hashed(key) })
		if i < 0 {
			return refusal.New(refusal.Forbidden, "transcript.no_feed")
		}
		of = all[i]
		return nil
	}); err != nil {
		return err
	}
	b, err := io.ReadAll(q.Body)
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return &refusal.Refusal{Kind: refusal.TooLarge, Key: "transcript.large", Args: []any{"max", transcript.MaxCaption >> 10}}
	} else if err != nil {
		return serve.BadForm(err)
	}
	c := transcript.Caption{Session: of.Session, Sitting: of.Sitting, Language: of.Language, Key: hashed(key), Source: string(b)}
	if _, err := q.Server.Sec.Do(q.Context(), q.Slug, conversation.Ask{System: true, Received: q.Received, Command: c}); err != nil {
		return err
	}
	q.Writer.WriteHeader(http.StatusNoContent)
	return nil
}
