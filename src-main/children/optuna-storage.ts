import { serve } from '../processes/serve.ts'
import {
  close,
  enqueue,
  failLost,
  forget,
  giveBack,
  run,
  setAttribute,
} from '../optuna-storage/session.ts'

/** Entry of the process that speaks with programs of Optuna. */
serve('optuna-storage', { run, failLost, enqueue, forget, giveBack, setAttribute }, close)
