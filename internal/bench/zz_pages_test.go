package bench
import ("testing";"os";"context";"fmt";"time")
func TestZZPages(t *testing.T) {
	if os.Getenv("ZZ")=="" { t.Skip() }
	ctx:=context.Background()
	h, err := openHouse(ctx, "/tmp/zzseed"); if err!=nil {t.Fatal(err)}
	addr, stop, err := serve(h.http); if err!=nil {t.Fatal(err)}
	defer stop()
	b:=&bench{Options: Options{Out: os.Stdout}, ctx: ctx, round: 2*time.Second}
	for _, x := range []struct{n,p string; a bool}{{"paper","/en/c/bench/p1",false},{"list","/en/c/bench/contributions",false},{"filtered","/en/c/bench/contributions?category=academia&country=KE",false},{"list arr","/en/c/bench/contributions",true},{"paper arr","/en/c/bench/p1",true},{"filtered arr","/en/c/bench/contributions?category=academia&country=KE",true}} {
		if os.Getenv("ZZ")!="1" && os.Getenv("ZZ")!=x.n { continue }
		if err:=b.page(h,addr,x.n,x.p,x.a); err!=nil {t.Fatal(err)}
	}
	fmt.Println()
}
