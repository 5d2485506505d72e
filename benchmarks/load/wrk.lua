-- Requests of a crowd: answers that are in the cache, and every so often one that is not.
-- Environment: LOAD_KEY, LOAD_COLD (share of cold requests), LOAD_CATEGORIES (separated by bars).
local key = os.getenv("LOAD_KEY")
local cold = tonumber(os.getenv("LOAD_COLD"))
local categories = {}
for name in string.gmatch(os.getenv("LOAD_CATEGORIES"), "[^|]+") do categories[#categories + 1] = name end
local periods = { "week", "month", "year" }
local headers = { ["Authorization"] = "Bearer " .. key, ["Accept-Encoding"] = "gzip" }
local warm, next_cold = {}, 0

function init()
  math.randomseed(tonumber(os.getenv("LOAD_SEED")))
  for _, period in ipairs(periods) do
    warm[#warm + 1] = wrk.format("GET", "/api/v1/forecast/top-products?time_period=" .. period, headers)
    warm[#warm + 1] = wrk.format("GET", "/api/v1/forecast/categories?time_period=" .. period, headers)
    for _, category in ipairs(categories) do
      local query = "?time_period=" .. period .. "&category=" .. category
      warm[#warm + 1] = wrk.format("GET", "/api/v1/forecast/top-products" .. query, headers)
    end
  end
  for _, category in ipairs(categories) do
    warm[#warm + 1] = wrk.format("GET", "/api/v1/forecast/trends/" .. category, headers)
  end
  next_cold = math.random(0, 1000000)
end

-- Counts through combinations that nobody has asked for: trends by days, rankings by limit.
local function cold_path()
  next_cold = next_cold + 1
  local category = categories[next_cold % #categories + 1]
  local step = math.floor(next_cold / #categories)
  if step % 2 == 0 then return "/api/v1/forecast/trends/" .. category .. "?days=" .. (step / 2 % 365 + 1) end
  local period = periods[(step - 1) / 2 % 3 + 1]
  local limit = math.floor(step / 6) % 1000 + 1
  return "/api/v1/forecast/top-products?time_period=" .. period .. "&category=" .. category .. "&limit=" .. limit
end

function request()
  if math.random() < cold then return wrk.format("GET", cold_path(), headers) end
  return warm[math.random(#warm)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT requests=%d duration_us=%d p50_us=%d p95_us=%d p99_us=%d mean_us=%d status=%d socket=%d timeout=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    latency.mean, errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
