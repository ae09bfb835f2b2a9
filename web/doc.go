// Package web takes HTTP in and gives pages out. A handler reads a request into a plain command or a
// choice, finds out who asks, and hands it to the secretariat; what it shows is a view of package page,
// as HTML or as JSON. There are no rules here and no sentences.
//
// Every route has a row in the policy table; a route without one cannot be registered. Every error
// leaves through one door.
package web
