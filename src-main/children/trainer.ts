import process from 'node:process'
import {
  trainerProtocolVersion,
  type FromTrainer,
  type ToTrainer,
} from '../contract/trainer-protocol.ts'
import { processUsage } from '../attempts/attempt-costs.ts'
import { TrainerSession } from '../attempts/trainer-session.ts'

/**
 * Entry of a trainer process: a plain Node child that main starts, one per slot. It ends when the
 * channel to main closes, whatever the reason, so that no trainer outlives a killed main.
 */
const heartbeatMs = 1_000

function send(message: FromTrainer): void {
  if (process.connected) process.send?.(message)
}

const session = new TrainerSession(send)

process.on('message', (message: ToTrainer) => {
  void session.receive(message)
})
process.on('disconnect', () => {
  process.exit(0)
})
// Ctrl-C reaches the whole process group; main decides what becomes of the trials.
process.on('SIGINT', () => undefined)

const heartbeat = setInterval(() => {
  send({ type: 'heartbeat', phase: session.phase, ...processUsage() })
}, heartbeatMs)
heartbeat.unref()

send({ type: 'ready', protocol: trainerProtocolVersion, pid: process.pid })
