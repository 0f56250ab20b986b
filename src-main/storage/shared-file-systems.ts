import { statfsSync } from 'node:fs'
import path from 'node:path'
import { platform } from 'node:process'

/** Of Linux (statfs(2)): network file systems, and those that a program may provide from another machine. */
const sharedTypes: ReadonlySet<number> = new Set([
  ...[0x6969, 0xff534d42, 0xfe534d42, 0x517b], // NFS, CIFS, SMB 2 and 3, SMB
  ...[0x01021997, 0x65735546, 0x5346414f, 0x6b414653], // 9p, FUSE, AFS, kAFS
  ...[0x00c36400, 0x0bd00bd0, 0x47504653, 0x19830326], // Ceph, Lustre, GPFS, BeeGFS
  ...[0x20030528, 0x73757245, 0x786f4256], // OrangeFS, Coda, shared folders of VirtualBox
])

/** Whether a file lies where processes of several machines may meet. On other systems only what has the name of a share. */
export function isShared(file: string): boolean {
  if (platform === 'win32') return file.startsWith('\\\\')
  if (platform !== 'linux') return false
  try {
    // Types are 32 bits, with a sign on some machines.
    return sharedTypes.has(statfsSync(path.dirname(file)).type >>> 0)
  } catch {
    return false
  }
}
