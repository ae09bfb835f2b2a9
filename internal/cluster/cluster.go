package cluster

import (
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/freeport"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/place"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/site"
)

// The one conversation of a cluster: its address, its open call, what is commented on, and the name in which it is kept.
const (
	slug = "ferries"
	call = "k1"
	on   = "p1.e1"
)

//go:embed world
var world embed.FS

// Options say what to start.
type Options struct {
	// Program is the file of the program that the nodes run; "" to build it from the tree that one stands in.
	Program string
	// Nodes is how many there are; 0 for three.
	Nodes int
	// More is a script that is played behind the one of the world, in the same conversation.
	More string
	// People are those of the script who have an account at an address that is known: "olga" at olga@ferries.example.
	People []string
	// Env is given to the nodes beside what they need, such as "PLENARY_SMTP=smtp://127.0.0.1:2525".
	Env []string
	// Settings are those of PostgreSQL beside what a cluster needs, such as "shared_buffers: 1GB".
	Settings []string
	// Store is the file of the object store that attached files are in (scripts/s3); "" for the database.
	Store string
	// Out is told what is done.
	Out io.Writer
}

// Cluster is what runs.
type Cluster struct {
	o        Options
	dir      string
	password string
	life     io.WriteCloser // of the reaper
	end      context.CancelFunc

	etcd     *process
	store    *process // nil where there is none
	files    []string // what a node is told of it
	servers  []*server
	nodes    []*node
	balancer *balancer
	key      string // that receipts are verified with
	next     int    // which node is killed next
}

// Start starts a cluster, and waits until each part of it is ready. Where something is missing on this machine, it says what.
func Start(ctx context.Context, o Options) (c *Cluster, err error) {
	if err := missing(); err != nil {
		return nil, err
	}
	if o.Nodes == 0 {
		o.Nodes = 3
	}
	c = &Cluster{o: o, password: rand.Text()}
	if c.dir, err = os.MkdirTemp("", "plenary-cluster-"); err != nil {
		return nil, err
	}
	if c.life, err = keep(c.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err = os.Chmod(c.dir, 0o711); err == nil {
		err = c.begin(ctx)
	}
	if err != nil {
		err = errors.Join(err, c.why(), c.Close(false))
	}
	return c, err
}

// begin starts each part in turn.
func (c *Cluster) begin(ctx context.Context) error {
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{{"the program", c.build}, {"etcd", c.startEtcd}, {"PostgreSQL under Patroni", c.startServers}, {"the object store", c.startStore}, {"the conversation", c.convene}, {"the nodes", c.startNodes}} {
		begun := time.Now()
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("cluster: %s: %w", step.what, err)
		}
		fmt.Fprintf(c.o.Out, "%-26s %5.1f s\n", step.what, time.Since(begun).Seconds())
	}
	return nil
}

// build builds the program where none was named.
func (c *Cluster) build(ctx context.Context) error {
	if c.o.Program != "" {
		path, err := filepath.Abs(c.o.Program)
		c.o.Program = path
		return err
	}
	c.o.Program = filepath.Join(c.dir, "plenary")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", c.o.Program, "github.com/openplenary/plenary/cmd/plenary").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// startEtcd starts the one etcd: what is tried here is not etcd, which would be three in earnest.
func (c *Cluster) startEtcd(context.Context) error {
	client, err := freeport.Find()
	peer, err2 := freeport.Find()
	dir := filepath.Join(c.dir, "etcd")
	if err := errors.Join(err, err2, os.Mkdir(dir, 0o700), own(dir)); err != nil {
		return err
	}
	at, among := "http://"+loopback(client), "http://"+loopback(peer)
	c.etcd, err = launch{name: "etcd", dir: dir, server: true}.start("etcd", "--data-dir", filepath.Join(dir, "data"), "--listen-client-urls", at, "--advertise-client-urls", at,
		"--listen-peer-urls", among, "--initial-advertise-peer-urls", among, "--initial-cluster", "default="+among, "--unsafe-no-fsync")
	if err != nil {
		return err
	}
	more := ""
	for _, s := range c.o.Settings {
		more += ", " + s
	}
	for i := range 2 {
		s, err := newServer(c.dir, "pg"+strconv.Itoa(i+1), loopback(client), c.password, more)
		if err != nil {
			return err
		}
		c.servers = append(c.servers, s)
	}
	return nil
}

// startStore starts the object store, if there is to be one, with a bucket.
func (c *Cluster) startStore(context.Context) error {
	if c.o.Store == "" {
		return nil
	}
	port, err := freeport.Find()
	dir := filepath.Join(c.dir, "store")
	if err := errors.Join(err, os.MkdirAll(filepath.Join(dir, "buckets", slug), 0o700)); err != nil {
		return err
	}
	keys := []string{"AWS_ACCESS_KEY_ID=cluster", "AWS_SECRET_ACCESS_KEY=" + c.password}
	c.files = append(keys, "PLENARY_BUCKET=s3://"+slug+"?endpoint=http://"+loopback(port))
	c.store, err = launch{name: "store", dir: dir, env: keys}.start(c.o.Store, "-addr", loopback(port), "-dir", filepath.Join(dir, "buckets"))
	return err
}

// startServers starts both servers, waits until the standby is synchronous, and makes the database.
func (c *Cluster) startServers(ctx context.Context) error {
	for _, s := range c.servers {
		if err := s.start(); err != nil {
			return err
		}
	}
	if err := c.whole(ctx, 2*time.Minute); err != nil {
		return err
	}
	if err := c.sql(ctx, "CREATE ROLE plenary LOGIN PASSWORD '"+c.password+"'"); err != nil {
		return err
	}
	_, err := c.Database(ctx, "plenary")
	return err
}

// sql does something in the primary as its superuser.
func (c *Cluster) sql(ctx context.Context, statement string) error {
	db, err := pgx.Connect(ctx, c.url("postgres", "postgres"))
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	// The standby has it before anybody asks there: whoever finds no such database on it does not look further.
	if _, err := db.Exec(ctx, "SET synchronous_commit = remote_apply"); err != nil {
		return err
	}
	_, err = db.Exec(ctx, statement)
	return err
}

// Database makes an empty database, and gives its address with its password.
func (c *Cluster) Database(ctx context.Context, name string) (url string, err error) {
	return c.url("plenary", name), c.sql(ctx, "CREATE DATABASE "+name+" OWNER plenary ENCODING 'UTF8' TEMPLATE template0")
}

// whole waits until there is a primary and its standby is synchronous.
func (c *Cluster) whole(ctx context.Context, limit time.Duration) error {
	return until(ctx, limit, "a primary with a synchronous standby", func() bool {
		leader := c.primary(ctx)
		if leader == nil {
			return false
		}
		all, err := leader.ask(ctx)
		standing := 0
		for _, m := range all {
			if m.Role == "sync_standby" && (m.State == "running" || m.State == "streaming") {
				standing++
			}
		}
		return err == nil && standing == len(c.servers)-1
	})
}

// primary is the server that Patroni has as the primary, nil where there is none.
func (c *Cluster) primary(ctx context.Context) *server {
	for _, s := range c.servers {
		if s.leads(ctx) {
			return s
		}
	}
	return nil
}

// url is the address of a database on whichever server takes writes, for this process.
func (c *Cluster) url(role, database string) string {
	var hosts []string
	for _, s := range c.servers {
		hosts = append(hosts, loopback(s.port))
	}
	return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable&target_session_attrs=read-write", role, c.password, strings.Join(hosts, ","), database)
}

// convene makes the conversation, with a paper and an open call, in the directory of the first node.
func (c *Cluster) convene(ctx context.Context) (err error) {
	for i := range c.o.Nodes {
		n := &node{number: i + 1, dir: filepath.Join(c.dir, "node"+strconv.Itoa(i+1)), client: newClient()}
		n.client.Timeout = 15 * time.Second
		port, err := freeport.Find()
		if err := errors.Join(err, os.Mkdir(n.dir, 0o700)); err != nil {
			return err
		}
		n.addr = loopback(port)
		n.url = "http://" + n.addr
		c.nodes = append(c.nodes, n)
	}
	dir := c.nodes[0].data()
	in, beside, err := place.Flags{Record: c.url("plenary", "plenary")}.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	db, err := beside.Private(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r, err := play(ctx, in, c.o.More)
	if err != nil {
		return err
	}
	names := map[delegation.Participant]string{}
	for _, name := range c.o.People {
		names[r.Participant("@"+name)] = name
	}
	if err := invite(ctx, in, db, names); err != nil {
		return err
	}
	_, c.key, _ = in.Key(slug)
	return name(dir, db)
}

// play plays the script of the world, and more behind it.
func play(ctx context.Context, in *plenary.Instance, more string) (*script.Runner, error) {
	files, err := fs.Sub(world, "world")
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(files, "ferries.txt")
	if err != nil {
		return nil, err
	}
	r := script.New(in.Secretariat)
	r.Files = files
	return r, r.RunText(ctx, "ferries.txt", string(text)+more)
}

// invite keeps an account for everybody who has an office or speaks for a party, as the desk does.
func invite(ctx context.Context, in *plenary.Instance, db *private.DB, names map[delegation.Participant]string) error {
	accounts, err := account.New(db, in.Secret)
	if err != nil {
		return err
	}
	cited, err := in.Cited(ctx, slug)
	if err != nil {
		return err
	}
	for p := range cited.Participants {
		if _, err := accounts.Invite(ctx, cmp.Or(names[p], fmt.Sprintf("%x", uint64(p)))+"@ferries.example", slug, uint64(p), in.Now()); err != nil {
			return err
		}
	}
	return nil
}

// name says whose the instance is.
func name(dir string, db *private.DB) error {
	whose, err := site.Open(dir, "", time.Now)
	if err != nil {
		return err
	}
	if err := whose.Share(private.Files{DB: db}); err != nil {
		return err
	}
	return whose.Save(func(now site.Said) (site.Said, error) {
		now.Name, now.Contact = locale.Plain(locale.English, "Harbour Office"), locale.Plain(locale.English, "Quay 1")
		now.Pages = site.FirstPages(func(string, locale.Lang) string { return "…" })
		return now, nil
	})
}

// startNodes starts the nodes, each with lines of its own to the servers, and the balancer.
func (c *Cluster) startNodes(ctx context.Context) (err error) {
	if c.balancer, err = newBalancer(); err != nil {
		return err
	}
	for i, n := range c.nodes {
		var hosts []string
		for _, s := range c.servers {
			x, err := newLine(loopback(s.port))
			if err != nil {
				return err
			}
			n.lines, hosts = append(n.lines, x), append(hosts, loopback(x.port()))
		}
		n.env = []string{"PLENARY_RECORD=postgres://plenary@" + strings.Join(hosts, ",") + "/plenary?sslmode=disable&target_session_attrs=read-write",
			"PLENARY_RECORD_PASSWORD=" + c.password, "PLENARY_PUBLIC_URL=" + c.balancer.url()}
		n.env = append(n.env, c.o.Env...)
		n.env = append(n.env, c.files...)
		if i > 0 {
			if err := os.CopyFS(filepath.Join(n.data(), "keys"), os.DirFS(filepath.Join(c.nodes[0].data(), "keys"))); err != nil {
				return err
			}
		}
		if err := n.start(c.o.Program); err != nil {
			return err
		}
	}
	for _, n := range c.nodes {
		if err := until(ctx, time.Minute, fmt.Sprintf("node %d is ready", n.number), func() bool { return n.ready(ctx) || n.proc.gone() }); err != nil {
			return err
		}
		if n.proc.gone() {
			return fmt.Errorf("node %d has ended", n.number)
		}
	}
	serving, end := context.WithCancel(context.Background())
	c.end = end
	c.balancer.serve(serving, c.nodes)
	return nil
}

// Addresses says where everything is reached.
func (c *Cluster) Addresses() string {
	var b strings.Builder
	fmt.Fprintf(&b, "balancer    %s/en/c/%s\n", c.balancer.url(), slug)
	for _, n := range c.nodes {
		fmt.Fprintf(&b, "node %d      %s/readyz\n", n.number, n.url)
	}
	for _, s := range c.servers {
		fmt.Fprintf(&b, "%s         postgres at %s, Patroni at http://%s/cluster\n", s.name, loopback(s.port), loopback(s.rest))
	}
	for _, s := range c.files {
		if strings.HasPrefix(s, "PLENARY_BUCKET=") {
			fmt.Fprintf(&b, "files       %s\n", strings.TrimPrefix(s, "PLENARY_BUCKET="))
		}
	}
	fmt.Fprintf(&b, "directory   %s\n", c.dir)
	return b.String()
}

// why is what the parts have said last, for whoever has to find out what went wrong.
func (c *Cluster) why() error {
	var all []error
	say := func(p *process) {
		if p != nil {
			all = append(all, fmt.Errorf("%s said last: %s", p.log, p.last()))
		}
	}
	say(c.etcd)
	say(c.store)
	for _, s := range c.servers {
		say(s.patroni)
	}
	for _, n := range c.nodes {
		say(n.proc)
	}
	return errors.Join(all...)
}

// Close ends everything. The directory is taken away, unless somebody wants to look at it.
func (c *Cluster) Close(keep bool) error {
	if c.end != nil {
		c.end()
	}
	for _, n := range c.nodes {
		n.proc.kill()
		for _, x := range n.lines {
			_ = x.l.Close() // nobody comes any more
		}
	}
	for _, s := range c.servers {
		if s.patroni != nil && !s.patroni.gone() {
			s.kill()
		}
	}
	c.etcd.kill()
	c.store.kill()
	_, err := io.WriteString(c.life, "kept\n")
	if end := c.life.Close(); !errors.Is(end, os.ErrClosed) { // whoever tidies up may have read that and gone
		err = errors.Join(err, end)
	}
	if keep {
		fmt.Fprintln(c.o.Out, "kept:", c.dir)
		return err
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}
