-- Opens a file in a real Neovim, edits it as a script says, and writes down what its language client knows.
-- nvim --headless -u NONE -i NONE -l is newer than Debian's: it is sourced with -S. Arguments come as $SCOPELINT_TEST.
local job = vim.fn.json_decode(vim.env.SCOPELINT_TEST)
local answer = {diagnostics = {}, hints = {}, errors = {}, memory = {}}

local function finish()
  local stream = io.open(job.answer, 'w')
  stream:write(vim.fn.json_encode(answer))
  stream:close()
  vim.cmd('qall!')
end

local ok, problem = pcall(function()
  local show = vim.lsp.handlers['window/showMessage']
  vim.lsp.handlers['window/showMessage'] = function(err, result, ...)
    if result and result.type == 1 then table.insert(answer.errors, result.message) end
    return show and show(err, result, ...)
  end
  vim.cmd('edit ' .. vim.fn.fnameescape(job.file))
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].undolevels = 1000
  local client = vim.lsp.start_client({
    name = 'scopelint', cmd = job.command, root_dir = vim.fn.fnamemodify(job.file, ':h'), flags = {debounce_text_changes = 5},
    init_options = {debounce = 10},
    on_error = function(code, err) table.insert(answer.errors, vim.inspect({code, err})) end,
  })
  vim.lsp.buf_attach_client(buffer, client)
  vim.wait(20000, function() return vim.lsp.get_client_by_id(client) ~= nil and vim.lsp.get_client_by_id(client).initialized == true end, 20)

  local function ask(method, params)
    local replies = vim.lsp.buf_request_sync(buffer, method, params, 30000) or {}
    for _, reply in pairs(replies) do
      if reply.error then table.insert(answer.errors, vim.inspect(reply.error)) end
      return reply.result
    end
    table.insert(answer.errors, 'no answer to ' .. method)
  end
  local function document() return {uri = vim.uri_from_bufnr(buffer)} end
  -- The answer waits for the analysis of the text as it is now.
  local function settle() return ask('textDocument/diagnostic', {textDocument = document()}) end
  local function hints()
    local found = ask('textDocument/inlayHint', {textDocument = document(),
      range = {start = {line = 0, character = 0}, ['end'] = {line = 100000, character = 0}}}) or {}
    local out = {}
    for _, hint in ipairs(found) do
      local label = hint.label
      if type(label) == 'table' then
        local parts = {}
        for _, part in ipairs(label) do table.insert(parts, part.value) end
        label = table.concat(parts)
      end
      table.insert(out, {line = hint.position.line, label = label,
        text = vim.api.nvim_buf_get_lines(buffer, hint.position.line, hint.position.line + 1, false)[1]})
    end
    return out
  end

  for number, step in ipairs(job.steps) do
    if step.undo then pcall(vim.cmd, 'silent undo')
    elseif step.redo then pcall(vim.cmd, 'silent redo')
    elseif step.lines then
      local last = vim.api.nvim_buf_line_count(buffer)
      vim.api.nvim_buf_set_lines(buffer, math.min(step.first, last), math.min(step.last, last), false, step.lines)
      vim.cmd('let &undolevels = &undolevels')
    end
    if step.look then
      settle()
      local wanted = vim.wait(step.wait or 0, function() return #vim.diagnostic.get(buffer) == step.count end, 20)
      local seen = {hints = hints(), diagnostics = {}, step = number,
        text = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)}
      for _, d in ipairs(vim.diagnostic.get(buffer)) do
        table.insert(seen.diagnostics, {line = d.lnum, column = d.col, code = d.code or d.user_data.lsp.code, message = d.message})
      end
      table.insert(answer.memory, seen)
    end
  end
  answer.memory_end = true
  vim.lsp.stop_client(client)
  vim.wait(3000, function() return vim.lsp.client_is_stopped(client) end, 20)
end)
if not ok then table.insert(answer.errors, tostring(problem)) end
finish()
