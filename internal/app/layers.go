package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// layersFolder holds what the map's layers are drawn from, each file named by the
// SHA-256 of what is in it. The record of the layer says which one is meant.
const layersFolder = "layers"

// layerFile is the place of a layer's outlines; "" for what is no digest.
func (n *Node) layerFile(digest string) string {
	if raw, err := hex.DecodeString(digest); err != nil || len(raw) != sha256.Size {
		return ""
	}
	return filepath.Join(n.config.Data, layersFolder, digest+".geojson")
}

// Layer gives the outlines of a layer: [fail.NotFound] where this node does not
// have them, [fail.Damaged] where they are not what the record speaks of.
func (n *Node) Layer(digest string) ([]byte, error) {
	name := n.layerFile(digest)
	if name == "" {
		return nil, fail.New(fail.NotFound, "no such layer", "")
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fail.Wrap(fail.NotFound, err, "read the outlines of a layer", "import the file again on this node: konbit places import")
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != digest {
		return nil, fail.New(fail.Damaged, "the outlines of a layer have changed on the disk", "import the file again: konbit places import")
	}
	return raw, nil
}

// keepLayer writes outlines down; they are on the disk when it returns.
func (n *Node) keepLayer(raw []byte) (digest string, err error) {
	sum := sha256.Sum256(raw)
	digest = hex.EncodeToString(sum[:])
	folder := filepath.Join(n.config.Data, layersFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(f.Name()) }() // nothing is there when it was renamed
	if _, err = f.Write(raw); err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return "", err
	}
	return digest, os.Rename(f.Name(), n.layerFile(digest))
}

// LayerFaults are the layers of all missions, as mission/layer/ref, whose outlines
// this node cannot draw.
type LayerFaults struct {
	// Missing have no outlines here, as after a copy that left them out; on a node
	// that had the layer from another one they never were.
	Missing []string
	Damaged []string // their outlines are not what the record speaks of
}

// VerifyLayers compares the outlines on the disk with the records of layers that stand.
func (n *Node) VerifyLayers(ctx context.Context) (LayerFaults, error) {
	var out LayerFaults
	for _, m := range n.Missions() {
		q := record.Query{Mission: m.ID, Kind: "layer", Limit: record.MaxLimit}
		for {
			page, err := n.Records.List(ctx, q)
			if err != nil {
				return out, err
			}
			for i := range page.Versions {
				out.add(&page.Versions[i], n)
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
	}
	return out, nil
}

func (f *LayerFaults) add(layer *record.Version, n *Node) {
	switch _, err := n.Layer(layer.Text("drawn-digest")); {
	case fail.Is(err, fail.NotFound):
		f.Missing = append(f.Missing, layer.Key.String())
	case err != nil:
		f.Damaged = append(f.Damaged, layer.Key.String())
	}
}
