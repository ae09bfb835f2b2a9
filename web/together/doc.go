// Package together answers for the pages on which several people write the contribution of a party. They fill in the form that
// web/contribution shows, and send it by the same way, so the room stands above that one.
package together
