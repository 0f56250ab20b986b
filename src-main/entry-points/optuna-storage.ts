import { serve } from '../platform/processes/serve.ts'
import {
  close,
  enqueue,
  failLost,
  forget,
  restore,
  run,
  setAttribute,
} from '../features/optuna-storage/node/session.ts'

/** Entry of the process that speaks with programs of Optuna. */
serve('optuna-storage', { run, failLost, enqueue, forget, restore, setAttribute }, close)
