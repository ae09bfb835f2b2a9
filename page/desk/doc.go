// Package desk makes the pages of officers and moderators: the desk, the queue, points and their answers, paper
// drafts, calls, people, stages, and the form that makes a conversation.
package desk
