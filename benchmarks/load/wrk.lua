-- Requests of a crowd: answers that are in the cache, and every so often one that is not.
-- Environment: LOAD_KEY, LOAD_COLD (share of cold requests), LOAD_SEED, LOAD_WARM and LOAD_COLD_PATHS (files with a path
-- in each line), LOAD_THREADS (each takes other cold paths).
local cold = tonumber(os.getenv("LOAD_COLD"))
local step = tonumber(os.getenv("LOAD_THREADS"))
local headers = { ["Authorization"] = "Bearer " .. os.getenv("LOAD_KEY"), ["Accept-Encoding"] = "gzip" }
local warm, cold_paths = {}, {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  math.randomseed(tonumber(os.getenv("LOAD_SEED")) + number)
  for path in io.lines(os.getenv("LOAD_WARM")) do warm[#warm + 1] = wrk.format("GET", path, headers) end
  for path in io.lines(os.getenv("LOAD_COLD_PATHS")) do cold_paths[#cold_paths + 1] = path end
  next_cold = number
end

function request()
  if math.random() >= cold then return warm[math.random(#warm)] end
  local path = cold_paths[next_cold]
  next_cold = next_cold + step
  if next_cold > #cold_paths then next_cold = number end
  return wrk.format("GET", path, headers)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT requests=%d duration_us=%d p50_us=%d p95_us=%d p99_us=%d mean_us=%d status=%d socket=%d timeout=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    latency.mean, errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
