package bench
import ("testing";"os";"context";"time";"syscall";"fmt")
func TestZZStart(t *testing.T) {
	if os.Getenv("ZZ")=="" { t.Skip() }
	dir := "/tmp/zzseed"
	if _, err := os.Stat(dir); err != nil { 
		b:=time.Now()
		if err := seed(context.Background(), dir, 100000); err != nil { t.Fatal(err) }
		fmt.Println("seeded in", time.Since(b)); return }
	var a, z syscall.Rusage
	syscall.Getrusage(0,&a)
	b:=time.Now()
	h, err := openHouse(context.Background(), dir)
	if err != nil { t.Fatal(err) }
	took:=time.Since(b)
	syscall.Getrusage(0,&z)
	fmt.Println("open", took, "cpu", time.Duration(z.Utime.Nano()-a.Utime.Nano()+z.Stime.Nano()-a.Stime.Nano()), memory("VmHWM")/mb)
	h.close()
}
