// Command otlp reads a request of OTLP over HTTP, in JSON, as OpenTelemetry's own collector does, and prints its spans: one in a line, with its trace, itself, what it is
// a part of, its name, its kind, what became of it, and its attributes. The tests of the traces use it.
package main

import (
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func main() {
	b, err := io.ReadAll(os.Stdin)
	r := ptraceotlp.NewExportRequest()
	if err == nil {
		err = r.UnmarshalJSON(b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, of := range r.Traces().ResourceSpans().All() {
		service, _ := of.Resource().Attributes().Get("service.name")
		for _, in := range of.ScopeSpans().All() {
			for _, s := range in.Spans().All() {
				fmt.Printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%v\n", service.AsString(), s.TraceID(), s.SpanID(), s.ParentSpanID(), s.Name(), s.Kind(), s.Status().Code(), s.EndTimestamp()-s.StartTimestamp(), s.Attributes().AsRaw())
			}
		}
	}
}
