package headway.gateway;

import java.util.HashMap;
import java.util.Map;

/** The accounts of all users that are connected. */
final class Accounts {

    private final Map<Long, Account> accounts = new HashMap<>();

    /** The account of a user, with one more connection on it. */
    Account open(long uid) {
        Account account = accounts.computeIfAbsent(uid, Account::new);
        account.connections++;
        return account;
    }

    /** A connection has ended; the account of a user without connections is closed once nothing is on it. */
    void close(Account account) {
        account.connections--;
        if (account.connections == 0 && account.bytes == 0) {
            accounts.remove(account.uid);
        }
    }
}
