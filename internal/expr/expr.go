// Package expr takes the value of an expression that stands in the template of a page. A page has thousands of them, so
// this is done without copies.
package expr

import "errors"

// Value is what templ's JoinStringErrs is: the value of an expression in a template, and what went wrong when it
// was computed. That function formats each value anew, which took a fifth of the time of a page; scripts/templates.sh puts
// this one in its place.
func Value[T ~string](s T, errs ...error) (string, error) {
	if len(errs) == 0 {
		return string(s), nil
	}
	return string(s), errors.Join(errs...)
}
