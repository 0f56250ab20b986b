import { readFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import process from 'node:process'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  isOwnListener,
  isOwnPeer,
  peerUsers,
  userOfPeer,
} from '../../../../src-main/platform/machine/loopback-users.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A row of `/proc/net/tcp` of a little-endian machine. */
const row = (local: string, remote: string, state: string, uid: number): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${uid} 0 1 1`

// 127.0.0.1:40000 (9C40) connected to 127.0.0.1:18998 (4A36).
const ends = {
  localAddress: '127.0.0.1',
  localPort: 18998,
  remoteAddress: '127.0.0.1',
  remotePort: 40000,
}

describe('the user of a peer', () => {
  test('is read from the row of its own end', () => {
    const table = [
      '  sl  local_address rem_address',
      row('0100007F:9C40', '0100007F:4A36', '01', 1000),
    ]
    expect(userOfPeer(peerUsers([table.join('\n')]), ends)).toBe(1000)
    expect(
      userOfPeer(peerUsers([row('0100007F:4A36', '0100007F:9C40', '01', 1000)]), ends),
    ).toBeUndefined()
  })

  test('is not that of another loopback address with the same port', () => {
    const forged = { ...ends, remoteAddress: '127.0.0.2' }
    const owner = row('0100007F:9C40', '0100007F:4A36', '01', 1000)
    const attacker = row('0200007F:9C40', '0100007F:4A36', '01', 65534)
    expect(userOfPeer(peerUsers([owner]), forged)).toBeUndefined()
    expect(userOfPeer(peerUsers([owner, attacker]), forged)).toBe(65534)
  })

  test('is not that of a socket that only waits, or of a longer port', () => {
    expect(
      userOfPeer(peerUsers([row('0100007F:9C40', '0100007F:4A36', '0A', 1000)]), ends),
    ).toBeUndefined()
    expect(
      userOfPeer(peerUsers([row('0100007F:19C40', '0100007F:4A36', '01', 1000)]), ends),
    ).toBeUndefined()
  })

  test('is found for an IPv4 address that came through an IPv6 socket, and for IPv6', () => {
    const mapped = (port: string) => `0000000000000000FFFF00000100007F:${port}`
    expect(userOfPeer(peerUsers([row(mapped('9C40'), mapped('4A36'), '01', 7)]), ends)).toBe(7)
    const loopback = (port: string) => `00000000000000000000000001000000:${port}`
    const six = { ...ends, localAddress: '::1', remoteAddress: '::1' }
    expect(userOfPeer(peerUsers([row(loopback('9C40'), loopback('4A36'), '01', 8)]), six)).toBe(8)
  })
})

describe.runIf(process.platform === 'linux')('the kernel of this machine', () => {
  const accept = async (from: string): Promise<Socket> => {
    const server = createServer()
    closing.push(() => server.close())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const accepted = new Promise<Socket>(resolve => server.once('connection', resolve))
    const client = connect({ port, host: '127.0.0.1', localAddress: from })
    client.on('error', () => undefined)
    closing.push(() => client.destroy())
    return accepted
  }

  test.each(['127.0.0.1', '127.0.0.2'])('lists a connection of this user from %s', async from => {
    const socket = await accept(from)
    expect(await isOwnPeer(socket)).toBe(true)
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
    const table = readFileSync('/proc/net/tcp', 'utf8')
    const seen = { localAddress, localPort, remoteAddress, remotePort }
    expect(userOfPeer(peerUsers([table]), seen)).toBe(process.getuid?.())
    const forged = { ...seen, remoteAddress: from === '127.0.0.1' ? '127.0.0.2' : '127.0.0.1' }
    expect(userOfPeer(peerUsers([table]), forged)).toBeUndefined()
    socket.destroy()
  })

  test('says whose a listener is', async () => {
    const server = createServer()
    closing.push(() => server.close())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await isOwnListener(port)).toBe(true)
    await new Promise(resolve => server.close(resolve))
    expect(await isOwnListener(port)).toBe(false)
  })

  test('is read for all who ask meanwhile together', async () => {
    const sockets = await Promise.all(Array.from({ length: 60 }, async () => accept('127.0.0.1')))
    const reads = vi.spyOn(files, 'readFile')
    syncBuiltinESMExports()
    expect(await Promise.all(sockets.map(isOwnPeer))).toEqual(sockets.map(() => true))
    // Two tables each time: one reading may have been under way.
    expect(reads.mock.calls.length).toBeLessThanOrEqual(4)
    reads.mockRestore()
    syncBuiltinESMExports()
    for (const socket of sockets) socket.destroy()
  })
})
