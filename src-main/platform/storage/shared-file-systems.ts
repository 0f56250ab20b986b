import { realpathSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { platform } from 'node:process'
import { isOnShare } from '../files/own-path.ts'

/** Of Linux (statfs(2)): network file systems, and those that a program may provide from another machine. */
const sharedTypes: ReadonlySet<number> = new Set([
  0x6969,
  0xff534d42,
  0xfe534d42,
  0x517b, // NFS, CIFS, SMB 2 and 3, SMB
  0x01021997,
  0x65735546,
  0x5346414f,
  0x6b414653, // 9p, FUSE, AFS, kAFS
  0x00c36400,
  0x0bd00bd0,
  0x47504653,
  0x19830326, // Ceph, Lustre, GPFS, BeeGFS
  0x20030528,
  0x73757245,
  0x786f4256, // OrangeFS, Coda, shared folders of VirtualBox
])

/** How a system tells where a folder lies; each may throw. */
export interface FileSystems {
  readonly platform: NodeJS.Platform
  readonly typeOf: (folder: string) => number
  /** The path behind links and letters of drives. */
  readonly realPathOf: (folder: string) => string
}

const present: FileSystems = {
  platform,
  typeOf: folder => statfsSync(folder).type,
  realPathOf: folder => realpathSync.native(folder),
}

/** Whether a file lies where processes of several machines may meet. Linux and Windows tell; elsewhere the answer is no. */
export function isShared(file: string, system: FileSystems = present): boolean {
  try {
    if (system.platform === 'win32') {
      // A letter may stand for a share.
      return isOnShare(file) || isOnShare(system.realPathOf(path.win32.dirname(file)))
    }
    // Types are 32 bits, with a sign on some machines.
    return system.platform === 'linux' && sharedTypes.has(system.typeOf(path.dirname(file)) >>> 0)
  } catch {
    return false
  }
}
