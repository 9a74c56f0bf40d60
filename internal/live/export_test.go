package live

import "context"

// Tell tells what is pending, as Run does when it is woken.
func (h *Hub) Tell(ctx context.Context) { h.tell(ctx) }
