// Package bucket keeps bytes under names in a bucket of an object store that speaks the protocol of Amazon S3. It knows nothing of what they are.
//
// Every request has a limit of time and is made again a few times where the store is busy; then it fails with ErrAway, and nobody waits longer. What
// somebody has to put right fails with ErrRefused, in words that say what.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// ErrAway says that the store could not be reached, or was too busy to answer. It is asked again later.
var ErrAway = errors.New("the object store does not answer")

// ErrRefused says that the store refused what it was asked, and will until somebody puts right what the error says.
var ErrRefused = errors.New("the object store refuses")

// How long may be waited for one answer: for a small one, and for a whole file on its way there.
const (
	shortly = 10 * time.Second
	whole   = time.Minute
)

// tries is how often a request is made where the store is busy or out of reach; between them a second passes at most.
const tries = 4

// Bucket is a bucket, or what stands in it under a prefix. Its methods may be called from many goroutines.
type Bucket struct {
	store  minio.Core
	name   string
	prefix string
	host   string // for people
	logger *slog.Logger
	away   atomic.Bool // it was when it was last asked
}

// Open reads an address: s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION. Nothing is asked of the store yet. Without an endpoint it is that of
// Amazon in the region; the prefix may be left out. The keys are never in the address: they are those of the environment or of the file that other programs
// for such stores read too.
func Open(address string, logger *slog.Logger) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, errors.New("an object store is named so: s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION") // not what was given: a key may be in it
	}
	q := u.Query()
	endpoint, region := q.Get("endpoint"), q.Get("region")
	q.Del("endpoint")
	q.Del("region")
	//mutants:guard a key in an address would be in every list of processes
	if u.User != nil || len(q) > 0 {
		return nil, errors.New("the address of an object store has endpoint and region, and no keys: they stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	switch {
	case endpoint == "" && region == "":
		return nil, errors.New("say in the address of the object store where it is: ?endpoint=https://HOST, or for Amazon ?region=REGION")
	case endpoint == "":
		endpoint = "https://s3." + region + ".amazonaws.com"
	case region == "":
		region = "us-east-1" // as stores that have no regions call theirs
	}
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" || at.User != nil || strings.Trim(at.Path, "/") != "" || at.RawQuery != "" {
		return nil, errors.New("the endpoint of an object store is https://HOST or https://HOST:PORT, and no more")
	}
	//mutants:guard what people attach, and who may read it, crosses no network in clear
	if at.Scheme == "http" && !loopback(at.Hostname()) {
		return nil, fmt.Errorf("the object store at %s is asked over https only: in clear it is on this machine", at.Host)
	}
	if err := s3utils.CheckValidBucketNameStrict(u.Host); err != nil {
		return nil, fmt.Errorf("%q is no name of a bucket: %w", u.Host, err)
	}
	keys := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Timeout: shortly / 2}}})
	if v, err := keys.GetWithContext(nil); err != nil || v.AccessKeyID == "" || v.SecretAccessKey == "" {
		return nil, errors.Join(errors.New("there are no keys for the object store: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the file that AWS_SHARED_CREDENTIALS_FILE names; "+
			"and this machine has no role at Amazon that gives it some"), err)
	}
	transport, err := minio.DefaultTransport(at.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	transport.ResponseHeaderTimeout = shortly
	client, err := minio.New(at.Host, &minio.Options{Creds: keys, Secure: at.Scheme == "https", Region: region, Transport: transport, MaxRetries: tries})
	if err != nil {
		return nil, err
	}
	b := &Bucket{store: minio.Core{Client: client}, name: u.Host, host: at.Host, logger: logger}
	if b.prefix = strings.Trim(u.Path, "/"); b.prefix != "" {
		b.prefix += "/"
	}
	if b.logger == nil {
		b.logger = slog.New(slog.DiscardHandler)
	}
	return b, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// String says which bucket it is, for people.
func (b *Bucket) String() string { return "s3://" + b.name + "/" + b.prefix + " at " + b.host }

// Put keeps the bytes of a file, whole or not at all, in place of what was under the name. The store is told their hash and refuses
// others; how many it then has is asked back.
func (b *Bucket) Put(ctx context.Context, name string, file io.ReaderAt, size int64) error {
	return b.put(ctx, name, file, size, minio.PutObjectOptions{})
}

// put is Put with something else to be said. Nothing is put in parts, of which some could be left behind.
func (b *Bucket) put(ctx context.Context, name string, file io.ReaderAt, size int64, o minio.PutObjectOptions) error {
	limited, end := context.WithTimeout(ctx, whole)
	defer end()
	o.SendContentMd5, o.DisableMultipart = true, true
	_, err := b.store.Client.PutObject(limited, b.name, b.prefix+name, io.NewSectionReader(file, 0, size), size, o)
	if err = b.said(ctx, "write to", err); err != nil {
		return err
	}
	info, err := b.store.StatObject(limited, b.name, b.prefix+name, minio.StatObjectOptions{})
	if err = b.said(ctx, "read from", err); err == nil && info.Size != size {
		err = fmt.Errorf("%w: it took %d bytes of %s and says that it has %d", ErrRefused, size, name, info.Size)
	}
	return err
}

// Remove forgets what is under a name; where there is nothing it does nothing.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	limited, end := context.WithTimeout(ctx, shortly)
	defer end()
	err := b.said(ctx, "remove from", b.store.Client.RemoveObject(limited, b.name, b.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Listed is a name in a bucket, and since when something is there by the clock of the store.
type Listed struct {
	Name string
	Made time.Time
}

// List lists what is there under names that begin so, without what stands deeper.
func (b *Bucket) List(ctx context.Context, begin string) (out []Listed, err error) {
	for o := range b.store.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + begin}) {
		if err := b.said(ctx, "list", o.Err); err != nil {
			return nil, err
		}
		if name := strings.TrimPrefix(o.Key, b.prefix); name != "" && !strings.Contains(name, "/") {
			out = append(out, Listed{name, o.LastModified})
		}
	}
	return out, ctx.Err()
}

// said makes of an error of the store one that says what there is to do, and tells the log when the store goes away and when it is back. What is not there is
// fs.ErrNotExist.
func (b *Bucket) said(ctx context.Context, what string, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // whoever asked has left
	}
	var r minio.ErrorResponse
	answered := errors.As(err, &r) && r.StatusCode < http.StatusInternalServerError && r.StatusCode != http.StatusTooManyRequests && r.StatusCode != http.StatusRequestTimeout
	switch {
	case err == nil:
	case answered && r.Code == minio.NoSuchKey:
		err = fmt.Errorf("%s: %w", r.Key, fs.ErrNotExist)
	case answered:
		err = fmt.Errorf("%w: %s (%s: %w)", ErrRefused, b.why(what, r.Code), r.Code, err)
	default:
		err = fmt.Errorf("%w (%s): %w", ErrAway, b, err)
	}
	switch bad := errors.Is(err, ErrAway) || errors.Is(err, ErrRefused); {
	case bad && !b.away.Swap(true):
		b.logger.Error("attached files cannot be kept or read", "err", err)
	case !bad && b.away.Swap(false):
		b.logger.Info("attached files can be kept and read again")
	}
	return err
}

// why is what a refusal of the store means.
func (b *Bucket) why(what, code string) string {
	switch code {
	case minio.NoSuchBucket:
		return "there is no bucket " + b.name + " at " + b.host
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "XAdminUserNotFound":
		return "the keys are wrong (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"
	case "RequestTimeTooSkewed":
		return "its clock and that of this machine differ too much: set the clock of this machine"
	case minio.AuthorizationHeaderMalformed, minio.InvalidRegion, "PermanentRedirect":
		return "the bucket is in another region: say in which, with region= in its address"
	case minio.AccessDenied, "AllAccessDisabled", "MethodNotAllowed":
		return "with these keys nobody may " + what + " the bucket " + b.name
	}
	return "it could not " + what + " the bucket " + b.name
}
