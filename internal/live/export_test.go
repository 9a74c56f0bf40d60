package live

import "context"

// Tell tells what is pending, as Run does when it is woken.
func (h *Hub) Tell(ctx context.Context) { h.tell(ctx) }

// Look looks what the gate has opened, as Run does again and again.
func (h *Hub) Look(ctx context.Context) { h.look(ctx) }
