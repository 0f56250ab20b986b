import type { Socket } from 'node:net'

/** Of whoever can connect at all, which is every user of the machine. */
export const MAX_STRANGERS = 128
/** Of one browser or one program. */
export const MAX_CONNECTIONS_OF_OWNER = 32
/** Of all programs together. */
export const MAX_CONNECTIONS_OF_PROGRAMS = 128

/** Who has shown a secret. */
export interface Guest {
  /** The browser's session, or the program's token. */
  readonly owner: object
  readonly isProgram: boolean
}

/**
 * The connections of a server by who is at the other end. One is a stranger's until a request on it shows a secret. Where there are too many
 * strangers, one of them is cut off to make room, first those that have sent nothing: they cannot keep out who has a secret.
 */
export class Connections {
  /** The oldest first. */
  readonly #strangers = new Set<Socket>()
  readonly #guests = new Map<Socket, Guest>()

  add(socket: Socket): void {
    this.#strangers.add(socket)
    socket.once('close', () => {
      this.#strangers.delete(socket)
      this.#guests.delete(socket)
    })
    if (this.#strangers.size > MAX_STRANGERS) this.#superfluous()?.destroy()
  }

  /**
   * A request on this connection has shown a secret.
   * @returns whether it may stay open after the answer: its owner, or all programs, may have too many
   */
  admit(socket: Socket, guest: Guest): boolean {
    if (this.#guests.get(socket)?.owner === guest.owner) return true
    this.#strangers.delete(socket)
    if (!socket.destroyed) this.#guests.set(socket, guest)
    let ofOwner = 0
    let ofPrograms = 0
    for (const { owner, isProgram } of this.#guests.values()) {
      if (owner === guest.owner) ofOwner++
      if (isProgram) ofPrograms++
    }
    if (ofOwner > MAX_CONNECTIONS_OF_OWNER) return false
    return !guest.isProgram || ofPrograms <= MAX_CONNECTIONS_OF_PROGRAMS
  }

  #superfluous(): Socket | undefined {
    for (const socket of this.#strangers) if (socket.bytesRead === 0) return socket
    const [oldest] = this.#strangers
    return oldest
  }
}
