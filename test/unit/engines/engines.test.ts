import { describeEngine } from '../../suites/engine-suite.ts'

describeEngine('wasm')
describeEngine('cpu')
