<?php

declare(strict_types=1);

namespace HKS\Host;

/** What a worker writes to one of its standard streams: within a call it becomes JSON lines that name the call. */
final class Lines
{
    // A line without an end is passed on at this length.
    private const MAX_LINE = 64 * 1024;
    // How PHP marks its own messages.
    private const PHP_LEVELS = ['Deprecated' => 'warn', 'Notice' => 'warn', 'Warning' => 'warn', 'Fatal error' => 'fatal'];

    private string $unfinished = '';

    public function __construct(private bool $isError)
    {
    }

    /** Takes what was written; outside of calls it stays as it is. */
    public function take(string $text, ?Call $call): void
    {
        if ($call === null) {
            Logs::send($text, $this->isError);
            return;
        }
        $lines = explode("\n", $this->unfinished . $text);
        $this->unfinished = (string) array_pop($lines);
        if (strlen($this->unfinished) > self::MAX_LINE) {
            $lines[] = $this->unfinished;
            $this->unfinished = '';
        }
        foreach ($lines as $line) {
            $this->write($line, $call);
        }
    }

    /** Writes what a call that ended left without a line end. */
    public function finish(?Call $call): void
    {
        if ($this->unfinished !== '' && $call !== null) {
            $this->write($this->unfinished, $call);
        }
        $this->unfinished = '';
    }

    private function write(string $line, Call $call): void
    {
        $fields = str_starts_with($line, '{') ? json_decode($line) : null;
        if ($fields instanceof \stdClass) {
            // A line that is an object keeps its own fields, as they were written.
            Logs::send(self::addIds(rtrim($line), $fields, $call) . "\n", $this->isError);
            return;
        }
        $level = $this->isError ? 'error' : 'info';
        if ($this->isError && preg_match('/^PHP ([A-Z][a-z ]+):  /', $line, $match) === 1) {
            $level = self::PHP_LEVELS[$match[1]] ?? 'error';
        }
        Logs::write(Logs::entry($level, $line, $call), $this->isError);
    }

    private static function addIds(string $line, \stdClass $fields, Call $call): string
    {
        $ids = array_filter(['request_id' => $call->requestId, 'trace_id' => $call->traceId]);
        $missing = array_diff_key($ids, get_object_vars($fields));
        if ($missing === []) {
            return $line;
        }
        $isEmpty = get_object_vars($fields) === [];
        return substr($line, 0, -1) . ($isEmpty ? '' : ',') . substr(Json::encodeLossy($missing), 1);
    }
}
