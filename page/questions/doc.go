// Package questions has the pages of the questions that are formulated together: what was proposed and who supports it, each
// question with every wording it had, and the bench at which the rapporteur puts proposals into words and in order.
package questions
