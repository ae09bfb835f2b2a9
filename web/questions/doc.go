// Package questions answers for the questions that are formulated together: the page of what was proposed at a call, the
// support of a party, and the bench at which the rapporteur puts proposals into words and in order.
package questions
