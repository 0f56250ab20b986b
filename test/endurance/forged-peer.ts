import { connect as connectHttp2 } from 'node:http2'
import { connect, type TcpNetConnectOpts } from 'node:net'
import process from 'node:process'

/**
 * A process that makes one call of Optuna's storage for each message it gets, over a connection with the ends that the message names. It sends
 * back `answered`, or why it was not.
 */
const LIMIT_MS = 10_000
/** A message of gRPC without fields. */
const emptyMessage = Buffer.alloc(5)

process.on('message', (ends: TcpNetConnectOpts) => {
  void callOnce(ends).then(answer => process.send?.(answer))
})

async function callOnce(ends: TcpNetConnectOpts): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(ends)
    const limit = setTimeout(() => end('no answer'), LIMIT_MS)
    const end = (answer: string): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
    socket.on('close', () => end('closed'))
    socket.once('connect', () => {
      const session = connectHttp2('http://127.0.0.1', { createConnection: () => socket })
      session.on('error', () => end('closed'))
      const stream = session.request({
        ':method': 'POST',
        ':path': '/optuna.StorageService/GetAllStudies',
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      stream.on('error', () => end('closed'))
      stream.on('response', () => end('answered'))
      stream.end(emptyMessage)
    })
  })
}
