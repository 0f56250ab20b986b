import { createServer, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net'
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { msg } from '../../../core/errors/message.ts'
import { isOwnPeer } from '../../../platform/machine/loopback-users.ts'
import type { LiveTrial, ConnectedClient } from './live-trial.ts'
import { Refusal } from './refusal.ts'
import type { Service } from './service.ts'
import { coderOf, type MethodName, methods } from './wire.ts'

/** Of one message; larger ones end their call. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024
const MAX_CONNECTIONS = 256
/** Of whoever can connect at all, which is every user of the machine, until it is clear who that is. */
const MAX_STRANGERS = 1_024
/** Calls of one connection whose answers wait. */
const MAX_STREAMS = 1_000
/** Calls of one connection within a second; a program of Optuna makes about two thousand. */
const MAX_CALLS_PER_SECOND = 20_000
/** Changes that wait for the disk. */
const MAX_WAITING = 100_000

const hosts = ['127.0.0.1', '::1']

export interface StorageServerOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly service: Service
  /** Resolves when everything that was changed so far is on disk. */
  readonly settled: () => Promise<void>
  /** Changes that wait for that. */
  readonly waiting: () => number
  readonly onClients: (count: number) => void
  readonly onLeave: (client: ConnectedClient) => void
  readonly onBug: (error: unknown) => void
}

interface Connection {
  readonly client: ConnectedClient
  second: number
  calls: number
}

/** `optuna.StorageService` on this machine's loopback addresses, for programs of this user. */
export class StorageServer {
  readonly #options: StorageServerOptions
  readonly #server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': MAX_STREAMS,
    'grpc.enable_channelz': 0,
  })
  readonly #injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure())
  /** By the address that gRPC gives its calls. */
  readonly #connections = new Map<string, Connection>()
  readonly #listeners: SocketServer[] = []
  readonly #sockets = new Set<Socket>()

  constructor(options: StorageServerOptions) {
    this.#options = options
    const names = Object.keys(methods) as MethodName[]
    const definition: Record<string, ServiceDefinition[string]> = {}
    const implementation: UntypedServiceImplementation = {}
    for (const name of names) {
      const [request, reply] = methods[name].map(coderOf) as [
        ReturnType<typeof coderOf>,
        ReturnType<typeof coderOf>,
      ]
      definition[name] = {
        path: `/optuna.StorageService/${name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: request.encode,
        requestDeserialize: request.decode,
        responseSerialize: reply.encode,
        responseDeserialize: reply.decode,
      }
      implementation[name] = this.#handler(name)
    }
    this.#server.addService(definition, implementation)
  }

  /** @returns the port @throws Error with the code of the system, e.g. EADDRINUSE */
  async listen(): Promise<number> {
    let { port } = this.#options
    for (const host of hosts) {
      try {
        port = await this.#listenOn(host, port)
      } catch (error) {
        // A machine without IPv6.
        const { code = '' } = error as NodeJS.ErrnoException
        if (host === hosts[0] || !['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) throw error
      }
    }
    return port
  }

  close(): void {
    for (const listener of this.#listeners) listener.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#server.forceShutdown()
  }

  async #listenOn(host: string, port: number): Promise<number> {
    const listener = createServer({ pauseOnConnect: true }, socket => {
      this.#accept(socket).catch((error: unknown) => {
        this.#options.onBug(error)
        socket.destroy()
      })
    })
    listener.maxConnections = MAX_CONNECTIONS + MAX_STRANGERS
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen({ host, port, exclusive: true, ipv6Only: true }, resolve)
    })
    this.#listeners.push(listener)
    return (listener.address() as AddressInfo).port
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on('error', () => undefined)
    if (!(await isOwnPeer(socket)) || this.#sockets.size >= MAX_CONNECTIONS) {
      socket.destroy()
      return
    }
    const { remoteAddress = '', remotePort = 0 } = socket
    const name = `${remoteAddress}:${remotePort}`
    const connection = {
      client: { studies: new Set<number>(), trials: new Set<LiveTrial>() },
      second: 0,
      calls: 0,
    }
    this.#connections.set(name, connection)
    this.#sockets.add(socket)
    this.#options.onClients(this.#connections.size)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#connections.delete(name)
      this.#options.onClients(this.#connections.size)
      this.#options.onLeave(connection.client)
    })
    socket.setNoDelay(true)
    this.#injector.injectConnection(socket)
    socket.resume()
  }

  #handler(name: MethodName): handleUnaryCall<object, object> {
    const method = this.#options.service[name] as (
      request: object,
      client: ConnectedClient | null,
    ) => object
    return (call, callback) => {
      const fail = (error: unknown): void => callback(this.#failure(name, error))
      try {
        const connection = this.#connections.get(call.getPeer())
        this.#checkRate(connection)
        const reply = method(call.request, connection?.client ?? null)
        this.#options.settled().then(() => callback(null, reply), fail)
      } catch (error) {
        fail(error)
      }
    }
  }

  #checkRate(connection: Connection | undefined): void {
    const isFull = this.#options.waiting() > MAX_WAITING
    if (connection !== undefined) {
      const second = Math.floor(performance.now() / 1_000)
      if (connection.second !== second) Object.assign(connection, { second, calls: 0 })
      connection.calls++
    }
    if (!isFull && (connection?.calls ?? 0) <= MAX_CALLS_PER_SECOND) return
    throw new Refusal(status.RESOURCE_EXHAUSTED, msg('optuna.tooFast'))
  }

  #failure(name: string, error: unknown): { readonly code: status; readonly details: string } {
    if (error instanceof Refusal) return { code: error.code, details: error.message }
    this.#options.onBug(error)
    return { code: status.INTERNAL, details: `${name}: ${String(error)}` }
  }
}
