package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// crowd is the readers of a stream in a process of their own, as they are in the
// world: in the process of the server its scheduler would have them wait until it
// has written to all.
type crowd struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// delivery is when one reader had read what changed.
type delivery struct {
	ref string
	at  time.Time
}

// gather starts the readers, cookies in turn, and waits until all have been greeted.
func gather(ctx context.Context, address string, cookies []string) (*crowd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &crowd{cmd: exec.CommandContext(ctx, self, append([]string{"-crowd", address}, cookies...)...)}
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	if line, err := c.out.ReadString('\n'); line != "ready\n" {
		return nil, fmt.Errorf("the readers did not come: %q, %w", line, err)
	}
	return c, nil
}

// heard ends the readers once nothing more comes and gives what they heard.
func (c *crowd) heard() ([]delivery, error) {
	if err := c.in.Close(); err != nil {
		return nil, err
	}
	var all []delivery
	lines := bufio.NewScanner(c.out)
	for lines.Scan() {
		ref, nanos, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseInt(nanos, 10, 64)
		if err != nil {
			return nil, err
		}
		all = append(all, delivery{ref, time.Unix(0, n)})
	}
	return all, lines.Err()
}

func (c *crowd) leave() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// beCrowd is the process of the readers: it says that they are ready, reads until
// its input ends and nothing more comes, and prints what each heard when. One loop
// over all sockets takes as little as can be from the server on the same cores: in
// the world the readers are on machines of their own.
func beCrowd(address string, cookies []string) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	poll, err := syscall.EpollCreate1(0)
	if err != nil {
		return err
	}
	h := &hearing{poll: poll, kept: map[int32][]byte{}}
	for i := range lookers {
		if err := h.join(to, cookies[i%len(cookies)]); err != nil {
			return err
		}
	}
	for h.greeted < lookers {
		if _, err := h.listen(-1); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	var over atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		over.Store(true)
	}()
	for quiet := false; !quiet; {
		n, err := h.listen(500)
		if err != nil {
			return err
		}
		quiet = n == 0 && over.Load()
	}
	out := bufio.NewWriter(os.Stdout)
	for _, d := range h.all {
		fmt.Fprintln(out, d.ref, d.at.UnixNano())
	}
	return out.Flush()
}

type hearing struct {
	poll    int
	kept    map[int32][]byte // lines that have not ended yet, by socket
	greeted int
	all     []delivery
	events  [64]syscall.EpollEvent
	buffer  [16 << 10]byte
}

// join opens one stream.
func (h *hearing) join(to netip.AddrPort, cookie string) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}); err != nil {
		return err
	}
	ask := fmt.Appendf(nil, "GET /bench/live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nX-Forwarded-For: 192.0.2.7\r\nCookie: konbit_session=%s\r\n\r\n", to, cookie)
	if _, err := syscall.Write(fd, ask); err != nil {
		return err
	}
	return syscall.EpollCtl(h.poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

// listen reads what has come within some milliseconds, and says of how many
// sockets; -1 waits for the first.
func (h *hearing) listen(wait int) (int, error) {
	n, err := syscall.EpollWait(h.poll, h.events[:], wait)
	if err == syscall.EINTR {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	for _, e := range h.events[:n] {
		got, err := syscall.Read(int(e.Fd), h.buffer[:])
		if err != nil || got == 0 {
			return 0, fmt.Errorf("a stream ended: %w", err)
		}
		h.take(e.Fd, h.buffer[:got], time.Now())
	}
	return n, nil
}

// take goes through what came on a socket, line by line.
func (h *hearing) take(fd int32, text []byte, at time.Time) {
	if kept := h.kept[fd]; len(kept) > 0 {
		text = append(kept, text...)
	}
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break
		}
		text = rest
		if bytes.HasPrefix(line, []byte("event: hello")) {
			h.greeted++
		}
		if _, rest, ok := bytes.Cut(line, []byte(`"ref":"`)); ok {
			ref, _, _ := bytes.Cut(rest, []byte(`"`))
			h.all = append(h.all, delivery{string(ref), at})
		}
	}
	h.kept[fd] = bytes.Clone(text)
}
