package app

import (
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/web"
)

// Room are the services of the operations room. In a process that only reads they
// only read.
func (n *Node) Room() web.Room {
	zone := n.registry.Zone
	now := n.config.Now
	log := operations.LogOptions{Door: n.Door, Zone: zone, Now: now}
	flash := operations.FlashOptions{Door: n.Door, Zone: zone, Now: now, Times: n.flashTimes}
	patrols := operations.PatrolOptions{Door: n.Door, Zone: zone, Now: now, Times: n.patrolTimes}
	posts := operations.PostOptions{Door: n.Door, Zone: zone, Now: now}
	register := custody.Options{Door: n.Door}
	held := custody.DetentionOptions{Door: n.Door, Zone: zone, Times: n.custodyTimes, Now: now}
	if n.Desk != nil { // an interface that holds a nil pointer is not nil
		log.Desk, log.Striker, flash.Desk, patrols.Desk, posts.Desk, register.Desk, held.Desk = n.Desk, n.Desk, n.Desk, n.Desk, n.Desk, n.Desk, n.Desk
	}
	return web.Room{
		Log: operations.NewLog(log), Flashes: operations.NewFlashes(flash), Patrols: operations.NewPatrols(patrols),
		Posts: operations.NewPosts(posts), Register: custody.New(register), Detentions: custody.NewDetentions(held),
	}
}
