import type { Socket } from 'node:net'

/** Of whoever can connect at all, which is every user of the machine. */
export const MAX_STRANGERS = 128
/** Of one browser or one program. */
const MAX_CONNECTIONS_OF_OWNER = 32
/** Of all programs together. */
const MAX_CONNECTIONS_OF_PROGRAMS = 128

/** Who has shown a secret. */
export interface Guest {
  /** The browser's session, or the program's token. */
  readonly owner: object
  readonly isProgram: boolean
}

/**
 * The connections of a server by who is at the other end. One is a stranger's until a request on it shows a secret. Where there are too many
 * strangers, the one that has been here longest is cut off to make room, whatever it has sent: who has a secret shows it at once, so that
 * strangers cannot keep it out.
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
    const [oldest] = this.#strangers
    if (this.#strangers.size > MAX_STRANGERS) oldest?.destroy()
  }

  /**
   * A request on this connection has shown a secret.
   * @returns false where its owner, or all programs together, have too many: it is to be refused and closed
   */
  admit(socket: Socket, guest: Guest): boolean {
    if (this.#guests.get(socket)?.owner === guest.owner) return true
    let ofOwner = 1
    let ofPrograms = guest.isProgram ? 1 : 0
    for (const { owner, isProgram } of this.#guests.values()) {
      if (owner === guest.owner) ofOwner++
      if (isProgram) ofPrograms++
    }
    if (ofOwner > MAX_CONNECTIONS_OF_OWNER) return false
    if (guest.isProgram && ofPrograms > MAX_CONNECTIONS_OF_PROGRAMS) return false
    this.#strangers.delete(socket)
    if (!socket.destroyed) this.#guests.set(socket, guest)
    return true
  }
}
