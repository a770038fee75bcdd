// Prints every inclusion and consistency proof of trees up to a size, by the Go checksum database's
// own implementation of RFC 6962 (Debian: golang-golang-x-mod-dev), one line a proof.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h[index]
	}
	return found, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	most, err := strconv.ParseInt(os.Args[1], 10, 64)
	must(err)
	pairs, err := strconv.ParseInt(os.Args[2], 10, 64)
	must(err)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var held hashes
	for n := int64(0); n < most; n++ {
		added, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("leaf %d", n)), held)
		must(err)
		held = append(held, added...)
		size := n + 1
		root, err := tlog.TreeHash(size, held)
		must(err)
		fmt.Fprintf(out, "root %d %x\n", size, root[:])
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, held)
			must(err)
			fmt.Fprintf(out, "inclusion %d %d", index, size)
			for _, hash := range proof {
				fmt.Fprintf(out, " %x", hash[:])
			}
			fmt.Fprintln(out)
		}
		for old := int64(1); old <= size && size <= pairs; old++ {
			proof, err := tlog.ProveTree(size, old, held)
			must(err)
			fmt.Fprintf(out, "consistency %d %d", old, size)
			for _, hash := range proof {
				fmt.Fprintf(out, " %x", hash[:])
			}
			fmt.Fprintln(out)
		}
	}
}
