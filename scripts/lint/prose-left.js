/**
 * Files that still hold sentences for people outside of src-main/i18n, each to be taken off once its sentences are facts.
 * Titles of papers, the page's security policy and what it writes for a failed start are no sentences to translate and stay.
 */
export const proseLeft = [
  'src-main/cli/commands/serve.ts',
  'src-main/datasets/ingest-table.ts',
  'src-main/datasets/map-file.ts',
  'src-main/datasets/plan-columns.ts',
  'src-main/engines/load-engine.ts',
  'src-main/engines/self-check.ts',
  'src-main/engines/tensorflow/graph/capture-error.ts',
  'src-main/engines/tensorflow/graph/graph-tracer.ts',
  'src-main/engines/tensorflow/library/c-functions.ts',
  'src-main/engines/tensorflow/session.ts',
  'src-main/engines/wasm/replay/kernel-watch.ts',
  'src-main/engines/wasm/replay/wasm-recorder.ts',
  'src-main/engines/webgpu/device-watch.ts',
  'src-main/engines/webgpu/kernels/stateless-random-uniform.ts',
  'src-main/networks/checkpoint-file.ts',
  'src-main/reports/html/build-html-report.ts',
  'src-main/reports/html/citations.ts',
  'src-main/running/slurm/job-script.ts',
  'src-main/training/data/folds.ts',
  'src-main/training/data/grouped-split.ts',
  'src-main/training/data/split.ts',
  'src-main/training/hypergradients/run-rows.ts',
  'src-main/training/hypergradients/self-test.ts',
  'src-main/training/hypergradients/tangents/tangent-rules.ts',
  'src-main/training/loop/train-network.ts',
  'src-main/web/web-host.ts',
]
