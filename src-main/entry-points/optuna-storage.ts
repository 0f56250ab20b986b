import { serve } from '../platform/processes/serve.ts'
import {
  close,
  enqueue,
  failLost,
  forget,
  giveBack,
  run,
  setAttribute,
} from '../features/optuna-storage/node/session.ts'

/** Entry of the process that speaks with programs of Optuna. */
serve('optuna-storage', { run, failLost, enqueue, forget, giveBack, setAttribute }, close)
