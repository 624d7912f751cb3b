<?php

declare(strict_types=1);

namespace HKS\Host;

/** From the environment to a serving process. */
final class Host
{
    private const EXTENSIONS = ['pcntl', 'posix'];

    /** Serves until SIGTERM and ends the process, with status 1 and the reason as the last line where it cannot. */
    public static function run(): void
    {
        self::prepare();
        try {
            self::checkExtensions();
            $settings = new Settings(getenv());
            $server = new Server($settings, Entry::locate($settings->handler, (string) getcwd()));
            Application::preload($settings->type);
            if ($server->run()) {
                return;
            }
        } catch (SettingsError | LoadError $error) {
            Logs::writePlain($error->getMessage() . "\n");
            exit(1);
        }
        exit(0);
    }

    private static function prepare(): void
    {
        // What PHP complains about are log lines, never a part of an answer.
        foreach (['display_errors' => '0', 'log_errors' => '1', 'html_errors' => '0', 'error_log' => ''] as $name => $value) {
            ini_set($name, $value);
        }
        error_reporting(E_ALL);
        set_time_limit(0);
    }

    private static function checkExtensions(): void
    {
        $missing = array_filter(self::EXTENSIONS, static fn ($name) => !extension_loaded($name));
        if ($missing !== []) {
            $names = implode(' and ', $missing);
            throw new SettingsError("the PHP host needs the extensions $names; this PHP has been built without them");
        }
    }
}
