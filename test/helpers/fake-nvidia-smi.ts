import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Puts a program called `nvidia-smi` into a folder, which prints two GPUs several times a second as the real one does
 * with `-lms`; every trainer process of this machine is on the first and holds 500 MiB there.
 * @returns a PATH that finds it first
 */
export function fakeNvidiaSmi(folder: string): string {
  const file = path.join(folder, 'nvidia-smi')
  writeFileSync(
    file,
    `#!/bin/sh
[ "$1" = -L ] && exit
while :; do
  case "$1" in
    --query-gpu=*)
      echo 'GPU-0, Fake GPU, 40, 2000, 8000, 55, 100.00'
      echo 'GPU-1, Other GPU, [N/A], 5, 4000, [N/A], [N/A]' ;;
    *)
      for pid in $(pgrep -f entry-points/trainer.ts); do echo "GPU-0, $pid, 500"; done ;;
  esac
  sleep 0.1 || exit
done
`,
  )
  chmodSync(file, 0o755)
  return `${folder}:${process.env['PATH'] ?? ''}`
}
