import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import process from 'node:process'

/**
 * Whether the process at the other end of a loopback connection belongs to the user of this one: the kernel's table of sockets names the
 * user of each (Linux, proc(5), `/proc/net/tcp`). Elsewhere nobody says, and every user of the machine may connect.
 */
export async function isOwnPeer(socket: Socket): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const { remoteAddress, remotePort, localPort, remoteFamily } = socket
  if (remoteAddress === undefined || remotePort === undefined) return false
  const table = await readFile(remoteFamily === 'IPv6' ? '/proc/net/tcp6' : '/proc/net/tcp', 'utf8')
  const user = process.getuid?.()
  const [theirs, ours] = [portText(remotePort), portText(localPort ?? 0)]
  return table.split('\n').some(line => {
    const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/)
    return local.endsWith(theirs) && remote.endsWith(ours) && Number(uid) === user
  })
}

function portText(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`
}
