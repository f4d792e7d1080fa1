// The packets that mqtt-packet's own tests parse, one JSON a line: name, version, hex, and its error where it finds one.
// Its tests are run as they are, with a stand-in for their framework that judges nothing.
const path = require('path')
const Module = require('module')

const folder = path.dirname(require.resolve('mqtt-packet'))
const load = Module._load
let parsed = null

Module._load = function (name, ...rest) {
  if (name === 'tape') return run
  return load.call(this, name, ...rest)
}

const mqtt = require('mqtt-packet')
const makeParser = mqtt.parser
mqtt.parser = (options) => {
  const parser = makeParser(options)
  const parse = parser.parse
  parser.on('error', (error) => { parsed && parsed.forEach((p) => { p.error = error.message }) })
  parser.parse = function (bytes) {
    const vector = { version: (options && options.protocolVersion) || 4, hex: Buffer.from(bytes).toString('hex') }
    parsed && parsed.push(vector)
    vector.rest = parse.call(this, bytes)
    return vector.rest
  }
  return parser
}

const judge = new Proxy(function () {}, { get: () => judge, apply: () => undefined })

// Of each packet its tests parse, make, mirror and stream; parsing is enough here.
const repeats = / (generate|mirror|writeToStream)$/

function run (name, ...args) {
  if (repeats.test(name)) return
  parsed = []
  try {
    args.pop()(judge)
  } catch (error) {
    // A test of what cannot be generated.
  }
  // What comes in pieces is no vector of its own.
  if (parsed.length === 1 && (parsed[0].error || parsed[0].rest === 0)) {
    const { version, hex, error } = parsed[0]
    console.log(JSON.stringify({ name, version, hex, error: error || null }))
  }
  parsed = null
}

require(path.join(folder, 'test.js'))
