// Package delegation has the pages of those who speak for a party: for which parties somebody speaks, and one delegation with
// who is what in it, until when and by whose word, what was done to it, and how whoever manages it brings in others, ends
// mandates and hands over.
package delegation
